import { demoPerson, type DemoPerson } from '../../gateway/cli/demo/person.ts';
import { labResult, transferRequest } from '../../gateway/cli/demo/messages.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };
import { eventually, inProcess, regionOf, type TestGateway } from '../setup/gateway.ts';

const HOUR = 3_600_000;
const START = new Date('2026-11-20T13:00:00.000Z');
let now = START;
let gateway: TestGateway;
let counter = 0;

beforeEach(async () => {
  now = START;
  gateway = await inProcess({ clock: { now: () => now } });
});
afterEach(async () => gateway.stop());

const someone = (): DemoPerson => demoPerson(() => ((counter += 1) % 1000) / 1000);

interface Stored {
  readonly id: string;
  readonly status: string;
  readonly events: readonly { readonly event: string }[];
}
const get = async <T>(path: string, headers: Record<string, string> = {}): Promise<T> =>
  (await (await fetch(gateway.url + path, { headers })).json()) as T;
const show = (id: string): Promise<Stored> => get<Stored>(`/messages/${id}`);

async function sendLab(person: DemoPerson, controlId: string, ordered = now): Promise<string> {
  const text = labResult(person, {
    controlId,
    filler: controlId,
    potassium: '4.0',
    flag: 'N',
    status: 'F',
    at: ordered,
  });
  const response = await fetch(`${gateway.url}/hl7v2`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: text,
  });
  expect(await response.text()).toMatch(/MSA\|AA/);
  return (response.headers.get('location') ?? '').replace('/messages/', '');
}

async function request(person: DemoPerson, id: string): Promise<string> {
  const response = await fetch(`${gateway.url}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(transferRequest(person, id, now)),
  });
  return ((await response.json()) as { task: string }).task.replace('Task/', '');
}

async function move(task: string, status: string, source = 'sandbox-ecd', change: object = {}): Promise<number> {
  const seen = await get<{ meta: { versionId: string } }>(`/fhir/Task/${task}`, { 'x-source': source });
  const response = await fetch(`${gateway.url}/fhir/Task/${task}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json', 'if-match': `W/"${seen.meta.versionId}"`, 'x-source': source },
    body: JSON.stringify({ ...seen, status, ...change }),
  });
  return response.status;
}

const becomes = (id: string, status: string): Promise<unknown> =>
  eventually(async () => (await show(id)).status === status);
const enrolment = async (): Promise<{ status: string }> => {
  const { items } = await get<{ items: { status: string }[] }>('/enrolments');
  const [first] = items;
  if (first === undefined) throw new Error('no enrolment');
  return first;
};
const textAtEcd = async (type: string): Promise<string> =>
  JSON.stringify(await get(`/sandbox/ecd/fhir/${type}?_count=200`));

it('releases what was held in order of arrival, after the handoff', async () => {
  const person = someone();
  const held: string[] = [];
  for (const name of ['H1', 'H2', 'H3']) {
    held.push(await sendLab(person, name));
    now = new Date(now.getTime() + 60_000);
  }
  const task = await request(person, 'T1');
  expect(await move(task, 'accepted')).toBe(200);
  for (const id of held) await becomes(id, 'delivered');
  const { items } = await get<{ items: { types: string[]; requestId: string }[] }>('/sandbox/ecd/log');
  expect(items.slice(2).map(({ requestId }) => requestId)).toEqual(held);
  expect((await show(held[0] ?? '')).events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['received', 'mapped', 'held', 'released', 'queued', 'delivered']),
  );
});

it('cancels what waits when the hospital withdraws, and lets nothing follow', async () => {
  const person = someone();
  const lab = await sendLab(person, 'W1');
  const task = await request(person, 'T2');
  expect(await move(task, 'cancelled', 'sandbox-hospital')).toBe(200);
  expect((await enrolment()).status).toBe('ended');
  expect((await show(lab)).status).toBe('held');
  expect(await move(task, 'accepted')).toBe(422);
  await eventually(async () => (await textAtEcd('Task')).includes('cancelled'));
  expect(await textAtEcd('Patient')).not.toContain(person.bsn);
});

it('ends the enrolment when the VVT rejects', async () => {
  const task = await request(someone(), 'T3');
  expect(await move(task, 'rejected')).toBe(200);
  expect((await enrolment()).status).toBe('ended');
  const { items } = await get<{ items: Stored[] }>('/messages?flow=transfer-request');
  await becomes(items[0]?.id ?? '', 'delivered');
});

it('lets results of orders placed before the end follow for a while, and no others', async () => {
  const person = someone();
  const task = await request(person, 'T4');
  const ordered = now;
  await move(task, 'accepted');
  await move(task, 'in-progress');
  const wk = 'https://fhir.wijkkliniek.example/CodeSystem/wk';
  await move(task, 'completed', 'sandbox-ecd', { businessStatus: { coding: [{ system: wk, code: 'discharged' }] } });
  expect((await enrolment()).status).toBe('ended');
  now = new Date(now.getTime() + 24 * HOUR);
  await becomes(await sendLab(person, 'P1', ordered), 'delivered');
  expect((await show(await sendLab(person, 'P2'))).status).toBe('held');
  now = new Date(now.getTime() + 400 * HOUR);
  expect((await show(await sendLab(person, 'P3', ordered))).status).toBe('held');
});

it('keeps the enrolment when the Task is completed without a discharge', async () => {
  const person = someone();
  const task = await request(person, 'T5');
  for (const status of ['accepted', 'in-progress', 'completed']) expect(await move(task, status)).toBe(200);
  expect((await enrolment()).status).toBe('active');
  await becomes(await sendLab(person, 'C1'), 'delivered');
});

it('knows a patient by the hospital’s own number as the transfer linked it, and parks what contradicts', async () => {
  const person = someone();
  const other = someone();
  const task = await request(person, 'T6');
  await move(task, 'accepted');
  const send = async (text: string): Promise<string> => {
    const response = await fetch(`${gateway.url}/hl7v2`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: text,
    });
    return (response.headers.get('location') ?? '').replace('/messages/', '');
  };
  const text = labResult(person, { controlId: 'N1', filler: 'N1', potassium: '4.0', flag: 'N', status: 'F', at: now });
  await becomes(await send(text.replace(`~${person.bsn}^^^NLMINBIZA^NNNLD`, '')), 'delivered');
  const mixed = text.replace('|N1|P|', '|N2|P|').replace(person.bsn, other.bsn);
  expect((await show(await send(mixed))).status).toBe('parked');
});

it('hands over at once where there is no negotiation', async () => {
  await gateway.stop();
  const region = regionOf({ ...sandbox, wijkkliniek: { ...sandbox.wijkkliniek, negotiation: false } });
  gateway = await inProcess({ clock: { now: () => now }, region });
  const person = someone();
  const lab = await sendLab(person, 'D1');
  const task = await request(person, 'T7');
  await becomes(lab, 'delivered');
  expect((await get<{ status: string }>(`/fhir/Task/${task}`)).status).toBe('in-progress');
  expect((await enrolment()).status).toBe('active');
  const { items } = await get<{ items: { types: string[] }[] }>('/sandbox/ecd/log');
  expect(items).toHaveLength(2);
  expect(items[0]?.types).toContain('CareTeam');
  expect(items[0]?.types).not.toContain('Composition');
});

it('takes the same transfer again with the same answer and no second effect', async () => {
  const person = someone();
  const first = await request(person, 'T8');
  expect(await request(person, 'T8')).toBe(first);
  const { items } = await get<{ items: unknown[] }>('/enrolments');
  expect(items).toHaveLength(1);
});

it('takes a Bundle of one Task as the step it is', async () => {
  const task = await request(someone(), 'T9');
  const seen = await get<object>(`/fhir/Task/${task}`, { 'x-source': 'sandbox-ecd' });
  const send = (status: string): Promise<Response> =>
    fetch(`${gateway.url}/fhir`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json', 'x-source': 'sandbox-ecd' },
      body: JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: { ...seen, status }, request: { method: 'PUT', url: `Task/${task}`, ifMatch: 'W/"1"' } }],
      }),
    });
  expect((await send('completed')).status).toBe(422);
  expect((await send('accepted')).status).toBe(200);
  expect((await enrolment()).status).toBe('active');
  expect((await get<{ status: string }>(`/fhir/Task/${task}`)).status).toBe('accepted');
});
