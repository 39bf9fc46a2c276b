import { labResult, transferRequest } from '../../gateway/cli/demo/messages.ts';
import { demoPerson, type DemoPerson } from '../../gateway/cli/demo/person.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';

let gateway: TestGateway;
let counter = 0;
beforeEach(async () => {
  gateway = await inProcess();
});
afterEach(async () => gateway.stop());

const someone = (): DemoPerson => demoPerson(() => ((counter += 1) % 900) / 1000);
const at = new Date('2026-11-20T13:00:00Z');

interface Stored {
  readonly id: string;
  readonly status: string;
  readonly events: readonly { readonly event: string; readonly detail: string | null }[];
}
const get = async <T>(path: string, headers: Record<string, string> = {}): Promise<T> =>
  (await (await fetch(gateway.url + path, { headers })).json()) as T;
const show = (id: string): Promise<Stored> => get<Stored>(`/messages/${id}`);
const becomes = (id: string, status: string): Promise<unknown> =>
  eventually(async () => (await show(id)).status === status);

async function send(text: string): Promise<string> {
  const response = await fetch(`${gateway.url}/hl7v2`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: text,
  });
  const answer = await response.text();
  if (!/MSA\|AA/.test(answer)) throw new Error(answer);
  return (response.headers.get('location') ?? '').replace('/messages/', '');
}

/** PID-3 as a hospital sends it: the number, and the BSN when it is said. */
const pid3 = (number: string, bsn?: string): string =>
  `${number}^^^^PI${bsn === undefined ? '' : `~${bsn}^^^NLMINBIZA^NNNLD`}`;

const adt = (event: string, pid: string, more: readonly string[] = []): string => {
  const id = `ADT${(counter += 1)}`;
  return [
    `MSH|^~\\&|HIX|ADT|WK|WK|20261120140000+0100||ADT^${event}|${id}|P|2.4|||||NLD|UNICODE UTF-8`,
    `EVN|${event}|20261120140000+0100`,
    `PID|1||${pid}||de Testpatient&de&Testpatient^Anna^^^^^L||19410307|F`,
    ...more,
    '',
  ].join('\r');
};
const visit = 'PV1|1|E|SEH^^1^AUMC|||||||||||||||||V4711|||||||||||||||||||||||||20261120130000+0100';
const merge = (into: string, from: string): string => adt('A40', into, [`MRG|${from}`]);

/** A result that names the patient by the hospital's number alone. */
const labOf = (person: DemoPerson, number: string): string => {
  const id = `L${(counter += 1)}`;
  return labResult(person, { controlId: id, filler: id, potassium: '4.0', flag: 'N', status: 'F', at })
    .replace(`~${person.bsn}^^^NLMINBIZA^NNNLD`, '')
    .replace(`${person.patientNumber}^^^^PI`, `${number}^^^^PI`);
};

async function request(person: DemoPerson, number: string): Promise<string> {
  const body = transferRequest({ ...person, patientNumber: number }, `T${(counter += 1)}`, at);
  const response = await fetch(`${gateway.url}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return ((await response.json()) as { task: string }).task.replace('Task/', '');
}

async function accept(task: string): Promise<void> {
  const seen = await get<{ meta: { versionId: string } }>(`/fhir/Task/${task}`, { 'x-source': 'sandbox-ecd' });
  const response = await fetch(`${gateway.url}/fhir/Task/${task}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/fhir+json',
      'if-match': `W/"${seen.meta.versionId}"`,
      'x-source': 'sandbox-ecd',
    },
    body: JSON.stringify({ ...seen, status: 'accepted' }),
  });
  expect(response.status).toBe(200);
}

describe('patient administration', () => {
  it('holds an admission of nobody’s patient, and delivers it after acceptance', async () => {
    const person = someone();
    const id = await send(adt('A04', pid3('A1', person.bsn), [visit]));
    expect((await show(id)).status).toBe('held');
    await accept(await request(person, 'A1'));
    await becomes(id, 'delivered');
  });

  it('links the hospital’s number to the BSN, so that a result by number alone finds its patient', async () => {
    const person = someone();
    await send(adt('A08', pid3('B1', person.bsn), [visit]));
    const lab = await send(labOf(person, 'B1'));
    await accept(await request(person, 'OTHER'));
    await becomes(lab, 'delivered');
  });

  it.each(['A02', 'A03', 'A11', 'A12', 'A13'])('never ends an enrolment by the hospital’s %s', async (event) => {
    const person = someone();
    await accept(await request(person, 'C1'));
    await becomes(await send(adt(event, pid3('C1', person.bsn), [visit])), 'delivered');
    const { items } = await get<{ items: { status: string }[] }>('/enrolments');
    expect(items.map(({ status }) => status)).toEqual(['active']);
  });

  it('records an A01 elsewhere while the enrolment is active as a readmission', async () => {
    const person = someone();
    await accept(await request(person, 'D1'));
    const id = await send(adt('A01', pid3('D1', person.bsn), [visit.replace('|E|SEH', '|I|CARD')]));
    await becomes(id, 'delivered');
    const noted = async (of: string) =>
      (await show(of)).events.some(({ detail }) => detail?.startsWith('readmission '));
    expect(await noted(id)).toBe(true);
    const cancelled = await send(adt('A11', pid3('D1', person.bsn), [visit.replace('|E|SEH', '|I|CARD')]));
    await becomes(cancelled, 'delivered');
    expect((await show(cancelled)).events.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining('readmission cancelled during'),
    );
  });
});

describe('A40 in every order around a transfer and a result', () => {
  const OLD = 'N-OLD';
  const NEW = 'N-NEW';
  type Step = 'merge' | 'transfer' | 'lab-old' | 'lab-new';
  const orders = permutations<Step>(['merge', 'transfer', 'lab-old', 'lab-new']);

  it.each(orders.map((steps) => [steps.join(', '), steps] as const))('%s', async (_name, steps) => {
    const person = someone();
    const labs: string[] = [];
    let task = '';
    for (const step of steps) {
      if (step === 'merge') await send(merge(pid3(NEW), pid3(OLD)));
      if (step === 'transfer') task = await request(person, OLD);
      if (step === 'lab-old') labs.push(await send(labOf(person, OLD)));
      if (step === 'lab-new') labs.push(await send(labOf(person, NEW)));
    }
    await accept(task);
    for (const lab of labs) await becomes(lab, 'delivered');
  });

  it('parks two BSNs joined, shows it, and lets a person release it', async () => {
    const [one, other] = [someone(), someone()];
    await accept(await request(one, 'P1'));
    await request(other, 'P2');
    const id = await send(merge(pid3('P1', one.bsn), pid3('P2', other.bsn)));
    const parked = await show(id);
    expect(parked.status).toBe('parked');
    expect(parked.events.find(({ event }) => event === 'parked')?.detail).toContain('BSN');
    const counts = await get<{ parked: number; balanced: boolean }>('/reconciliation');
    expect(counts).toMatchObject({ parked: 1, balanced: true });
    const lab = await send(labOf(other, 'P2'));
    expect((await show(lab)).status).toBe('held');
    const replay = await fetch(`${gateway.url}/messages/${id}/replay`, { method: 'POST' });
    expect(replay.status).toBe(200);
    await becomes(id, 'delivered');
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_other, at) => at !== index)).map((rest) => [item, ...rest]),
  );
}
