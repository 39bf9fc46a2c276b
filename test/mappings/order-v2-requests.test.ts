import type { Extension, FhirResource, ServiceRequest } from 'fhir/r4.js';
import { toBundle } from '../../mappings/bundle.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE, type Mapped } from '../../mappings/mapping.ts';
import { orderV2 } from '../../mappings/order-v2/mapping.ts';

function mapped(...segments: string[]): Mapped {
  const head = ['MSH|^~\\&|HIX|ZKH|||20261120||OML^O21|M1|P|2.5', 'PID|1||2003411^^^^PI||Jansen^P'];
  const parsed = parseMessage(Buffer.from([...head, ...segments].join('\r')), 'UNICODE UTF-8');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  const result = orderV2.map(parsed.message, { source: ANY_SOURCE, region: null });
  if (!result.ok) throw new Error(result.issues.map(({ text }) => text).join());
  return result;
}

const isRequest = (resource: FhirResource | undefined): resource is ServiceRequest =>
  resource?.resourceType === 'ServiceRequest';
const requests = (...segments: string[]): ServiceRequest[] =>
  (toBundle(mapped(...segments)).entry ?? []).flatMap(({ resource }) => (isRequest(resource) ? [resource] : []));
function request(...segments: string[]): ServiceRequest {
  const [first] = requests(...segments);
  if (first === undefined) throw new Error('no ServiceRequest');
  return first;
}
/** Places that travel as source fields. */
const carried = ({ extension }: ServiceRequest): string[] =>
  (extension ?? []).flatMap(({ extension: parts }: Extension) => parts?.[0]?.valueString ?? []);

const OBR = 'OBR|1|A-1||1988-5^CRP^LN';
const orc = (control: string, state = ''): string => `ORC|${control}|A-1|||${state}`;
const original = ({ _status }: ServiceRequest): string | undefined =>
  _status?.extension?.[0]?.valueCodeableConcept?.coding?.[0]?.code;

describe('the status of an order', () => {
  test.each([
    ['new', 'NW', '', 'active', 'NW'],
    ['new and scheduled: the state goes first', 'NW', 'SC', 'active', 'SC'],
    ['stopped, while the sender still shows it in process', 'DC', 'IP', 'revoked', 'DC'],
    ['stopped by its state', 'SC', 'CA', 'revoked', 'CA'],
    ['held', 'HR', 'IP', 'on-hold', 'HR'],
    ['asked to be cancelled: not yet granted', 'CA', 'IP', 'active', 'CA'],
    ['asked to be held: not yet granted', 'HD', '', 'active', 'HD'],
    ['done', 'NW', 'CM', 'completed', 'CM'],
    ['an earlier order sent with its results: never active', 'PR', '', 'unknown', 'PR'],
    ['changed, state not told', 'XO', '', 'unknown', 'XO'],
    ['no order control', '', '', 'unknown', undefined],
  ])('%s', (_name, control, state, status, code) => {
    const made = request(orc(control, state), OBR);
    expect([made.status, original(made)]).toEqual([status, code]);
  });

  it('tells a request to cancel in words, so that an active order is not read as wanted', () => {
    expect(request(orc('CA'), OBR).note?.[0]?.text).toMatch(/annuleren/);
    expect(request(orc('NW'), OBR).note).toBeUndefined();
  });

  it('warns of an order control that says nothing of the state', () => {
    const { warnings } = mapped(orc('XO'), OBR);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'untranslated-code', location: 'ORC-1' }));
  });

  it('takes ORC-16 as the reason of a new order, and else as the reason of its state', () => {
    const withReason = (control: string): ServiceRequest => request(`ORC|${control}|A-1${'|'.repeat(14)}^Dubbel`, OBR);
    expect(withReason('NW').reasonCode).toEqual([{ text: 'Dubbel' }]);
    expect(withReason('CA').reasonCode).toBeUndefined();
    expect(withReason('CA').extension?.[0]).toMatchObject({ valueCodeableConcept: { text: 'Dubbel' } });
  });
});

describe('the identifiers of an order', () => {
  it('stay the same when the laboratory has given its number, and when it is stopped', () => {
    const [first] = request(orc('NW'), OBR).identifier ?? [];
    expect(request('ORC|SC|A-1|L-9||IP', OBR).identifier?.[0]).toEqual(first);
    expect(request('ORC|DC|A-1|L-9', OBR).identifier?.[0]).toEqual(first);
  });

  it('keep two tests under one number apart', () => {
    const made = requests(orc('NW'), OBR, orc('NW'), 'OBR|2|A-1||2823-3^K^LN');
    expect(new Set(made.map(({ identifier }) => identifier?.[0]?.value)).size).toBe(2);
  });

  it('name the order it follows from', () => {
    const made = request(orc('NW'), `${OBR}${'|'.repeat(25)}A-0&HIX^L-0`);
    expect(made.basedOn?.[0]?.identifier?.value).toBe('A-0');
  });
});

describe('the times of an order', () => {
  test.each([
    ['TQ1', ['TQ1|1||||||20261121'], { occurrenceDateTime: '2026-11-21' }],
    [
      'TQ1 with an end',
      ['TQ1|1||||||20261121|20261122'],
      { occurrencePeriod: { start: '2026-11-21', end: '2026-11-22' } },
    ],
    ['several TQ1: none is chosen', ['TQ1|1||||||20261121', 'TQ1|2||||||20261123'], {}],
  ])('%s', (_name, timings, expected) => {
    const made = request(orc('NW'), ...timings, OBR);
    const { occurrenceDateTime, occurrencePeriod } = made;
    expect(JSON.parse(JSON.stringify({ occurrenceDateTime, occurrencePeriod }))).toEqual(expected);
    if (timings.length > 1) expect(carried(made)).toEqual(expect.arrayContaining(['TQ1[1]-7', 'TQ1[2]-7']));
  });

  it('carry the moment of collection as it is where there is no specimen', () => {
    expect(carried(request(orc('NW'), `${OBR}|||20261120`))).toContain('OBR-7');
  });
});

describe('what an order comes with', () => {
  it('is one reason for two orders with the same diagnosis', () => {
    const dg1 = 'DG1|1||91302008^Sepsis^SCT';
    const made = requests(orc('NW'), OBR, dg1, 'ORC|NW|A-2', 'OBR|2|A-2||2823-3^K^LN', dg1);
    const reasons = made.flatMap(({ reasonReference }) => reasonReference?.map(({ reference }) => reference));
    expect(reasons).toHaveLength(2);
    expect(new Set(reasons).size).toBe(1);
  });

  it('is no laboratory result', () => {
    const bundle = toBundle(mapped(orc('NW'), OBR, 'OBX|1|ST|NUCHTER^Nuchter^L||ja||||||F'));
    const observation = bundle.entry?.find(({ resource }) => resource?.resourceType === 'Observation')?.resource;
    expect(observation).toMatchObject({ valueString: 'ja' });
    expect(observation).not.toHaveProperty('category');
    expect(observation?.meta?.profile).toBeUndefined();
  });

  it('claims nl-core for a code of the NZa, and is marked where the code is the sender’s own', () => {
    const meta = (code: string): ServiceRequest['meta'] => request(orc('NW'), `OBR|1|A-1||${code}`).meta;
    expect(meta('190017^Medebehandeling^NZA')?.profile?.[0]).toMatch(/nl-core-Procedure-request$/);
    expect(meta('1988-5^CRP^LN')).not.toHaveProperty('profile');
    expect(meta('KAL^Kalium^L')?.tag?.[0]?.code).toBe('untranslated');
  });
});
