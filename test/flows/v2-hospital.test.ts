/** A hospital that takes HL7 v2 and nothing else: `"deliver": {"hospital": "epd"}`, over real sockets. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };
import { call, moveTask, tracked, type Reply } from '../setup/coalition.ts';
import { eventually, inProcess, regionOf, type TestGateway } from '../setup/gateway.ts';

const EPD = { id: 'epd', party: 'sandbox-hospital', protocol: 'mllp', host: '127.0.0.1', port: 2576 };
const SPEAKS = { receivingApplication: 'HIX', receivingFacility: 'AMC', sendingFacility: 'WIJKKLINIEK' };
const ECD = { 'x-source': 'sandbox-ecd' };

let gateway: TestGateway;
const start = async (speaks: object = {}): Promise<void> => {
  const destinations = [...sandbox.destinations, { ...EPD, ...SPEAKS, ...speaks }];
  const deliver = { ...sandbox.deliver, hospital: 'epd' };
  gateway = await inProcess({ region: regionOf({ ...sandbox, destinations, deliver }) });
};
afterEach(async () => gateway.stop());

const referral = readFileSync(
  join(__dirname, '../../mappings/referral-v2/samples/amsterdam-pneumonia/input.hl7'),
  'utf8',
).replaceAll('wijkkliniek-amsterdam', 'wijkkliniek-sandbox');
const BSN = '999911120';

const hl7 = async (text: string, source: string): Promise<string> => {
  const headers = { 'content-type': 'application/hl7-v2', 'x-source': source };
  return (await fetch(`${gateway.url}/hl7v2`, { method: 'POST', headers, body: text })).text();
};
const refer = async (): Promise<string> => {
  expect(await hl7(referral, 'sandbox-hospital')).toMatch(/MSA\|[AC]A\|/);
  const { json } = await call(gateway, 'GET', '/fhir/Task');
  const [first] = json['entry'] as { resource: { id: string } }[];
  return `Task/${first?.resource.id ?? ''}`;
};
const post = (bundle: object, headers: Record<string, string> = ECD): Promise<Reply> =>
  call(gateway, 'POST', '/fhir', bundle, headers);

/** What the hospital received of this type, as it reads it. */
async function received(type: string, count = 1): Promise<readonly Message[]> {
  return eventually(async () => {
    const { json } = await call(gateway, 'GET', '/sandbox/hospital/messages');
    const items = (json['items'] as { type: string; answered: string; text: string }[]).filter(
      (one) => one.type === type && one.answered === 'AA',
    );
    if (items.length < count) return false;
    return items.map(({ text }) => {
      const parsed = parseMessage(Buffer.from(text), 'UNICODE UTF-8');
      if (!parsed.ok) throw new Error(parsed.issue.text);
      return parsed.message;
    });
  });
}
const only = async (type: string): Promise<Message> => {
  const [message] = await received(type);
  if (message === undefined) throw new Error(`no ${type}`);
  return message;
};

const patient = {
  fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
  resource: {
    resourceType: 'Patient',
    identifier: [{ system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: BSN }],
    name: [{ family: 'Vries', given: ['Anna'], text: 'Anna Vries' }],
  },
  request: { method: 'PUT', url: `Patient?identifier=http%3A%2F%2Ffhir.nl%2Ffhir%2FNamingSystem%2Fbsn%7C${BSN}` },
};
const subject = { reference: patient.fullUrl };
const bundle = (id: string, ...resources: readonly { readonly resourceType: string }[]): object => ({
  resourceType: 'Bundle',
  type: 'transaction',
  identifier: { system: 'https://ecd.example.org/bericht', value: id },
  entry: [
    patient,
    ...resources.map((resource, index) => ({
      fullUrl: `urn:uuid:22222222-2222-4222-8222-22222222222${index}`,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    })),
  ],
});
const observed = (more: object): { readonly resourceType: string } => {
  const identifier = [{ system: 'https://ecd.example.org/meting', value: 'M-1' }];
  const at = { effectiveDateTime: '2026-11-23T07:15:00Z' };
  return Object.assign({ resourceType: 'Observation', identifier, status: 'final', subject, ...at }, more);
};
const temperature = observed({
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
  ],
  code: { coding: [{ system: 'http://loinc.org', code: '8310-5', display: 'Body temperature' }] },
  valueQuantity: { value: 38.4, unit: '°C', system: 'http://unitsofmeasure.org', code: 'Cel' },
});

test.each([
  ['accepted', {}, 'A'],
  [
    'rejected',
    { statusReason: { coding: [{ system: 'https://fhir.wijkkliniek.example/CodeSystem/wk', code: 'no-capacity' }] } },
    'R',
  ],
  ['received', {}, 'P'],
])('its referral is answered by RRI^I12 when the VVT says %s', async (status, more, code) => {
  await start();
  const task = await refer();
  expect((await moveTask(gateway, task, { status, ...more }, ECD)).status).toBe(200);
  const answer = await only('RRI^I12');
  const rf1 = answer.first('RF1');
  expect(rf1?.at(1).text).toBe(code);
  // The hospital's own number of the referral, and the control id of its REF^I12, as it wrote them.
  expect(rf1?.rep(6).raw).toBe('SEH-2026-000123^AMC');
  expect(answer.first('MSA')?.at(2).text).toBe('ZD-1');
  expect(rf1?.at(11).text).toBe(task.slice('Task/'.length));
  expect(rf1?.rep(10).raw).toBe(status === 'rejected' ? 'no-capacity^^WK' : '');
  expect(answer.first('PID')?.rep(3).raw).toBe('4109590^^^AMC^PI');
  expect(answer.all('PRD').map((prd) => prd.at(1).text)).toEqual(['RP', 'RT', 'RESP', 'SPRF', 'PP']);
  expect([3, 4, 5, 6].map((field) => answer.header.at(field).text)).toEqual([
    'WIJKKLINIEK-GATEWAY',
    'WIJKKLINIEK',
    'HIX',
    'AMC',
  ]);
});

test('gets what the wijkkliniek measures as ORU^R01, on its own clock, decimals as written', async () => {
  await start();
  const task = await refer();
  await moveTask(gateway, task, { status: 'accepted' }, ECD);
  const body = JSON.stringify(bundle('B-1', temperature)).replace('38.4,', '38.40,');
  expect((await call(gateway, 'POST', '/fhir', body, ECD)).status).toBe(200);
  const oru = await only('ORU^R01');
  expect(oru.first('OBX')?.rep(5).raw).toBe('38.40');
  expect(oru.first('OBX')?.rep(6).raw).toBe('Cel^°C^UCUM');
  expect(oru.first('OBX')?.rep(14).raw).toBe('20261123081500+0100');
  expect(oru.first('OBR')?.at(3).text).toBe('M-1');
  expect((await tracked(gateway, 'B-1')).status).toBe('delivered');
});

test('is asked by REF^I12, and its MDM^T02 reaches the wijkkliniek', async () => {
  await start();
  const task = await refer();
  await moveTask(gateway, task, { status: 'accepted' }, ECD);
  const question = {
    resourceType: 'ServiceRequest',
    identifier: [{ system: 'https://ecd.example.org/vraag', value: 'V-1' }],
    status: 'active',
    intent: 'order',
    code: { coding: [{ system: 'https://fhir.wijkkliniek.example/CodeSystem/wk', code: 'co-treatment' }] },
    subject,
    authoredOn: '2026-11-23T09:00:00+01:00',
    requester: { display: 'S. Verpleegkundig' },
    performerType: { coding: [{ system: 'http://fhir.nl/fhir/NamingSystem/uzi-rolcode', code: '01.022' }] },
    reasonCode: [{ text: 'Haloperidol | of eerst furosemide afbouwen?' }],
  };
  expect((await post(bundle('B-2', question))).status).toBe(200);
  const asked = await only('REF^I12');
  expect(asked.first('RF1')?.at(6).text).toBe('V-1');
  expect(asked.first('RF1')?.at(10, 2).text).toBe('Haloperidol | of eerst furosemide afbouwen?');
  const answer = [
    'MSH|^~\\&|HIX|AMC|GATEWAY|WIJKKLINIEK|20261123101500||MDM^T02^MDM_T02|MDM-1|P|2.5|||||NLD|UNICODE UTF-8',
    'EVN|T02|20261123101500',
    `PID|1||${BSN}^^^NLMINBIZA^NNNLD||Vries^Anna`,
    'PV1|1|O',
    'TXA|1|CN|TX|20261123101000||||||||D-1||V-1^^https://ecd.example.org/vraag^URI|||AU',
    'OBX|1|TX|ADV^Advies^L||Eerst afbouwen.||||||F',
    '',
  ].join('\r');
  expect(await hl7(answer, 'sandbox-hospital')).toMatch(/MSA\|AA\|MDM-1/);
  await eventually(async () => (await tracked(gateway, 'MDM-1')).status === 'delivered');
});

test('gets an answer of the wijkkliniek as MDM^T02', async () => {
  await start();
  const task = await refer();
  await moveTask(gateway, task, { status: 'accepted' }, ECD);
  const answer = {
    resourceType: 'Communication',
    identifier: [{ system: 'https://ecd.example.org/antwoord', value: 'A-1' }],
    status: 'completed',
    subject,
    sent: '2026-11-23T11:20:00+01:00',
    sender: { display: 'P. Assistent' },
    inResponseTo: [
      {
        identifier: {
          system: 'https://fhir.wijkkliniek.example/NamingSystem/sandbox-hospital/placer-order/AMC',
          value: 'VR-9',
        },
      },
    ],
    payload: [{ contentString: 'Ja.\nMorgen & overmorgen.' }],
  };
  expect((await post(bundle('B-3', answer))).status).toBe(200);
  const mdm = await only('MDM^T02');
  expect(mdm.first('TXA')?.rep(14).raw).toBe('VR-9^AMC');
  expect(mdm.first('OBX')?.at(5).text).toBe('Ja.\nMorgen & overmorgen.');
});

test('is never told another name: what its character set lacks stops the message, with words and a way out', async () => {
  await start({ charset: '8859/1' });
  const task = await refer();
  await moveTask(gateway, task, { status: 'accepted' }, ECD);
  const told = (valueString: string) => observed({ code: { text: 'Woonplaats' }, valueString });
  expect((await post(bundle('B-4', told('Kraków')))).status).toBe(200);
  const oru = await only('ORU^R01');
  expect(oru.header.at(18).text).toBe('8859/1');
  expect((await post(bundle('B-5', told('Łódź')))).status).toBe(200);
  const dead = await eventually(async () => {
    const found = await tracked(gateway, 'B-5');
    return found.status === 'dead' && found;
  });
  const [delivery] = dead.deliveries;
  expect(delivery?.lastError).toMatchObject({ class: 'permanent', code: 'not-written' });
  expect(delivery?.lastError?.text).toContain('U+0141');
  expect(await received('ORU^R01')).toHaveLength(1);
});

test('a VVT that takes HL7 v2 alone gets results and patient data; a transfer goes to it unrouted, which is said', async () => {
  const ecd = { ...EPD, id: 'ecd-v2', party: 'sandbox-vvt', version: '2.7' };
  const region = {
    ...sandbox,
    destinations: [...sandbox.destinations, ecd],
    deliver: { ...sandbox.deliver, vvt: 'ecd-v2' },
  };
  gateway = await inProcess({ region: regionOf(region) });
  const task = await refer();
  expect((await tracked(gateway, 'ZD-1')).status).toBe('unrouted');
  expect((await moveTask(gateway, task, { status: 'accepted' }, ECD)).status).toBe(200);
  const msh = (type: string, id: string) => `MSH|^~\\&|HIX|AMC|WK|WK|20261120150000||${type}|${id}|P|2.5`;
  const pid = `PID|1||4109590^^^AMC^PI~${BSN}^^^NLMINBIZA^NNNLD||de Vries&de&Vries^Anna|""|19410307|F`;
  const obx = 'OBX|1|SN|2823-3^Kalium^LN^K^Kalium^L||<^3.10|mmol/l|3.5 - 5.0|L|||F|||20261120130000';
  const oru = [msh('ORU^R01', 'LAB-1'), pid, 'OBR|1||F-1^GLIMS|24326-1^Electrolytes^LN|||20261120130000', obx, ''];
  expect(await hl7(oru.join('\r'), 'sandbox-hospital')).toMatch(/MSA\|AA\|LAB-1/);
  const result = (await only('ORU^R01')).first('OBX');
  expect([3, 5, 6, 7, 8].map((field) => result?.rep(field).raw)).toEqual([
    '2823-3^Kalium^LN^K^Kalium^https://fhir.wijkkliniek.example/CodeSystem/sandbox-hospital/lab',
    '<^3.10',
    'mmol/L^mmol/l^UCUM',
    '3.5 - 5.0',
    'L',
  ]);
  expect(await hl7([msh('ADT^A08', 'ADT-1'), pid, 'PV1|1|I|GER^4', ''].join('\r'), 'sandbox-hospital')).toMatch(
    /MSA\|AA/,
  );
  const admin = await only('ADT^A08');
  expect(admin.first('PID')?.rep(3, 2).raw).toBe(`${BSN}^^^NLMINBIZA^NNNLD`);
  expect(admin.first('PID')?.rep(6).raw).toBe('""');
});
