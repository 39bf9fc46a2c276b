import { randomUUID } from 'node:crypto';
import type { FhirResource } from 'fhir/r4.js';
import { inProcess, type TestGateway } from '../setup/gateway.ts';
import { call, coalition, KEYS, rulesOf, SEH, testBsn, VVT, type Reply } from '../setup/coalition.ts';
import { startPartner, type Partner } from '../setup/partner.ts';

let ecd: Partner;
let gateway: TestGateway;
beforeAll(async () => {
  ecd = await startPartner();
  gateway = await inProcess({ region: coalition(ecd.url), env: KEYS });
});
afterAll(async () => {
  await gateway.stop();
  await ecd.stop();
});

const BSN = 'http://fhir.nl/fhir/NamingSystem/bsn';
const WK = 'https://fhir.wijkkliniek.example/CodeSystem/wk';
const UZI = 'http://fhir.nl/fhir/NamingSystem/uzi-rolcode';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';

type Any = Record<string, unknown>;
/** The resources of a transfer by name; a writer may change, add or remove them. */
type Parts = Record<string, Any>;
type Refer = (type: string, name: string) => { reference: string };

interface Style {
  /** fullUrl of an entry; null: none. */
  readonly url: (type: string, id: string) => string | null;
  readonly refer: (type: string, id: string) => string;
  readonly withIds: boolean;
}
const urn = (_type: string, id: string): string => `urn:uuid:${id}`;
const URN: Style = { url: urn, refer: urn, withIds: false };

let counter = 0;

function bundleOf(change: (parts: Parts, refer: Refer) => void = () => undefined, style: Style = URN): Any {
  counter += 1;
  const ids = new Map<string, string>();
  const idOf = (name: string): string => {
    const id = ids.get(name) ?? randomUUID();
    ids.set(name, id);
    return id;
  };
  const refer: Refer = (type, name) => ({ reference: style.refer(type, idOf(name)) });
  const role = (code: string): object => [{ coding: [{ system: PARTICIPATION, code }] }];
  const parts: Parts = {
    patient: {
      resourceType: 'Patient',
      identifier: [{ system: BSN, value: testBsn(100 + counter) }],
      name: [{ family: 'Canarius', given: ['Zorro'] }],
      gender: 'male',
      birthDate: '1940-02-03',
    },
    request: {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '308292007' }] },
      orderDetail: [{ coding: [{ system: WK, code: 'wijkkliniek-complex' }] }],
      subject: refer('Patient', 'patient'),
      authoredOn: '2026-11-20T14:00:00+01:00',
    },
    team: {
      resourceType: 'CareTeam',
      status: 'active',
      subject: refer('Patient', 'patient'),
      participant: [
        { role: role('RESP'), member: refer('PractitionerRole', 'assistant') },
        { role: role('SPRF'), member: refer('PractitionerRole', 'geriatrician') },
      ],
    },
    assistant: { resourceType: 'PractitionerRole', specialty: [{ coding: [{ system: UZI, code: '81.000' }] }] },
    geriatrician: { resourceType: 'PractitionerRole', code: [{ coding: [{ system: UZI, code: '01.022' }] }] },
  };
  change(parts, refer);
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    identifier: { system: 'https://epd.example/bundle', value: `FB-${counter}` },
    entry: Object.entries(parts).map(([name, resource]) => {
      const type = String(resource['resourceType']);
      const fullUrl = style.url(type, idOf(name));
      return {
        ...(fullUrl === null ? {} : { fullUrl }),
        resource: style.withIds ? { ...resource, id: idOf(name) } : resource,
        request: { method: 'POST', url: type },
      };
    }),
  };
}

const send = (bundle: Any, headers = SEH): Promise<Reply> => call(gateway, 'POST', '/fhir', bundle, headers);
const triage = (code: string, refer: Refer): Any => ({
  resourceType: 'Observation',
  meta: { profile: ['https://fhir.wijkkliniek.example/StructureDefinition/wk-TriageOutcome'] },
  status: 'final',
  code: { coding: [{ system: WK, code: 'triage-outcome' }] },
  subject: refer('Patient', 'patient'),
  effectiveDateTime: '2026-11-20T14:00:00+01:00',
  valueCodeableConcept: { coding: [{ system: WK, code }] },
});
const rest = (type: string, id: string): string => `https://epd.example/fhir/${type}/${id}`;
const relative = (type: string, id: string): string => `${type}/${id}`;

describe('a transfer is taken however its references are written', () => {
  it.each<[string, Style]>([
    ['urn:uuid', URN],
    ['RESTful fullUrls, relative references', { url: rest, refer: relative, withIds: true }],
    ['RESTful fullUrls, absolute references', { url: rest, refer: rest, withIds: true }],
    ['no fullUrls, relative references', { url: () => null, refer: relative, withIds: true }],
    ['urn:uuid fullUrls, relative references', { url: urn, refer: relative, withIds: true }],
  ])('%s', async (_how, style) => {
    const reply = await send(bundleOf(undefined, style));
    expect([reply.status, rulesOf(reply)]).toEqual([200, []]);
    expect(reply.text).toMatch(/"location":"Task\//);
  });

  it('roles contained in the CareTeam', async () => {
    const contained = bundleOf((parts) => {
      const { team = {}, assistant, geriatrician } = parts;
      const [first, second] = team['participant'] as Any[];
      team['contained'] = [
        { ...assistant, id: 'a' },
        { ...geriatrician, id: 'g' },
      ];
      team['participant'] = [
        { ...first, member: { reference: '#a' } },
        { ...second, member: { reference: '#g' } },
      ];
      delete parts['assistant'];
      delete parts['geriatrician'];
    });
    const reply = await send(contained);
    expect([reply.status, rulesOf(reply)]).toEqual([200, []]);
  });

  it('the tier in an Observation alone, or in both and equal', async () => {
    for (const also of [false, true]) {
      const bundle = bundleOf((parts, refer) => {
        parts['triage'] = triage('wijkkliniek-complex', refer);
        if (!also) delete parts['request']?.['orderDetail'];
      });
      expect((await send(bundle)).status).toBe(200);
    }
  });
});

describe('a transfer is refused', () => {
  const orderDetail = (code: string): object => [{ coding: [{ system: WK, code }] }];
  it.each<[string, string, (parts: Parts, refer: Refer) => void]>([
    ['without a tier', 'wk-tier-1', ({ request }) => delete request?.['orderDetail']],
    [
      'of tier ziekenhuis',
      'wk-tier-3',
      ({ request }) => ({ ...Object.assign(request ?? {}, { orderDetail: orderDetail('ziekenhuis') }) }),
    ],
    ['of contradicting tiers', 'wk-tier-4', (parts, refer) => (parts['triage'] = triage('wijkkliniek-light', refer))],
    ['that is revoked', 'wk-transfer-status', ({ request }) => Object.assign(request ?? {}, { status: 'revoked' })],
    [
      'entered in error',
      'wk-transfer-status',
      ({ request }) => Object.assign(request ?? {}, { status: 'entered-in-error' }),
    ],
    [
      'with a second patient',
      'one-patient',
      (parts) => (parts['other'] = { ...parts['patient'], identifier: [{ system: BSN, value: testBsn(99) }] }),
    ],
    [
      'with a part about somebody else',
      'one-patient',
      (parts) =>
        (parts['allergy'] = {
          resourceType: 'AllergyIntolerance',
          patient: { identifier: { system: BSN, value: testBsn(98) } },
          code: { text: 'Penicilline' },
        }),
    ],
    ['without a BSN', 'wk-transfer-3', ({ patient }) => delete patient?.['identifier']],
    [
      'with a Task that is a draft',
      'wk-task-2',
      (parts, refer) =>
        (parts['task'] = {
          resourceType: 'Task',
          status: 'draft',
          intent: 'order',
          focus: refer('ServiceRequest', 'request'),
        }),
    ],
    [
      'with a Task for another organisation',
      'wk-admission-to',
      (parts, refer) =>
        (parts['task'] = {
          resourceType: 'Task',
          status: 'requested',
          intent: 'order',
          focus: refer('ServiceRequest', 'request'),
          owner: { identifier: { system: 'http://fhir.nl/fhir/NamingSystem/ura', value: '00009999' } },
        }),
    ],
    [
      'with a profession the wijkkliniek does not allow',
      'wk-admission-role',
      ({ assistant }) => Object.assign(assistant ?? {}, { specialty: [{ coding: [{ system: UZI, code: '01.023' }] }] }),
    ],
  ])('%s', async (_what, rule, change) => {
    const reply = await send(bundleOf((parts, refer) => change(parts, refer)));
    expect(reply.status).toBe(422);
    expect(rulesOf(reply)).toContain(rule);
    expect(reply.text).not.toMatch(/Canarius|99900/);
  });

  it('from the VVT that would receive it', async () => {
    const reply = await send(bundleOf(), VVT);
    expect([reply.status, reply.text]).toEqual([404, expect.stringContaining('discharge')]);
  });
});

it('says nothing in the notice that came with the patient, whatever the sender wrote where', async () => {
  const before = ecd.received.length;
  const bundle = bundleOf(
    (parts, refer) => {
      Object.assign(parts['patient'] ?? {}, { text: { status: 'generated', div: '<div>Canarius</div>' } });
      Object.assign(parts['request'] ?? {}, {
        identifier: [{ system: 'https://epd.example/request', value: 'CANARY-REQUEST' }],
        note: [{ text: 'mevrouw Canarius' }],
        reasonCode: [
          {
            text: 'Canarius is gevallen',
            coding: [{ system: 'http://snomed.info/sct', code: '233604007', display: 'CANARY-DISPLAY' }],
          },
        ],
      });
      parts['task'] = {
        resourceType: 'Task',
        identifier: [{ system: 'https://epd.example/task', value: 'CANARY-TASK' }],
        status: 'requested',
        intent: 'order',
        description: 'Canarius',
        focus: refer('ServiceRequest', 'request'),
        for: refer('Patient', 'patient'),
      };
    },
    { url: rest, refer: rest, withIds: true },
  );
  expect((await send(bundle)).status).toBe(200);
  while (ecd.received.length === before) await new Promise((later) => setTimeout(later, 20));
  const { body } = ecd.received[before] ?? { body: '' };
  expect(body).toContain('wk-AdvanceNotice');
  expect(body).not.toMatch(/CANAR|Canar|Zorro|1940-02-03|epd\.example|FB-\d|"div"|"text"|"display":"CANARY/);
  expect(body).not.toContain(testBsn(100 + counter));
  const ids = (bundle['entry'] as { resource: FhirResource }[]).map(({ resource }) => resource.id ?? '?');
  for (const id of ids) expect(body).not.toContain(id);
});
