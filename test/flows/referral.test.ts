import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await inProcess();
});
afterEach(async () => gateway.stop());

const sample = readFileSync(join(__dirname, '../../mappings/referral-v2/samples/amsterdam-pneumonia/input.hl7'), 'utf8')
  .replaceAll('\n', '\r')
  .replaceAll('wijkkliniek-amsterdam', 'wijkkliniek-sandbox');

const segment = (text: string, name: string): string[] =>
  (text.split('\r').find((line) => line.startsWith(`${name}|`)) ?? '').split('|');
const number = segment(sample, 'RF1')[6] ?? '';

/** The same referral as another event, under a control id of its own. */
const as = (event: string, controlId: string, change: (text: string) => string = (text) => text): string => {
  const header = segment(sample, 'MSH');
  header[8] = `REF^${event}^REF_I12`;
  header[9] = controlId;
  // Original acknowledgement mode.
  header[14] = '';
  header[15] = '';
  return change(sample.replace(/^MSH[^\r]*/, header.join('|')));
};
const answer = (code: string, controlId: string): string =>
  [
    `MSH|^~\\&|ECD|VVT|WK|WK|20261120150000+0100||RRI^I12^RRI_I12|${controlId}|P|2.5|||||NLD|UNICODE UTF-8`,
    'MSA|AA|REF1',
    `RF1|${code}|||||${number}||||no-capacity^Geen bed^WK`,
    '',
  ].join('\r');

const get = async <T>(path: string, headers: Record<string, string> = {}): Promise<T> =>
  (await (await fetch(gateway.url + path, { headers })).json()) as T;
async function send(text: string, source = 'sandbox-hospital'): Promise<string> {
  const response = await fetch(`${gateway.url}/hl7v2`, {
    method: 'POST',
    headers: { 'content-type': 'application/hl7-v2', 'x-source': source },
    body: text,
  });
  return response.text();
}
const onlyTask = async (): Promise<{ id: string; status: string; statusReason?: { text?: string } }> => {
  const bundle = await get<{ entry: { resource: { id: string; status: string } }[] }>('/fhir/Task');
  const [first] = bundle.entry;
  if (first === undefined) throw new Error('no Task');
  return first.resource;
};
const typesAtEcd = async (): Promise<string[][]> => {
  const { items } = await get<{ items: { types: string[] }[] }>('/sandbox/ecd/log');
  return items.map(({ types }) => types);
};

it('opens the same transfer as plain JSON does', async () => {
  expect(await send(as('I12', 'REF1'))).toMatch(/MSA\|AA\|REF1/);
  expect((await onlyTask()).status).toBe('requested');
  const [notice] = await eventually(async () => {
    const seen = await typesAtEcd();
    return seen.length === 1 && seen;
  });
  expect(notice).toEqual(expect.arrayContaining(['Task', 'ServiceRequest', 'Composition']));
});

it('is accepted and rejected by RRI^I12 of the VVT, and by nobody else', async () => {
  await send(as('I12', 'REF1'));
  expect(await send(answer('A', 'RRI0'))).toMatch(/MSA\|A[ER]\|RRI0/);
  expect(await send(answer('P', 'RRI1'), 'sandbox-ecd')).toMatch(/MSA\|AA\|RRI1/);
  expect((await onlyTask()).status).toBe('received');
  expect(await send(answer('A', 'RRI2'), 'sandbox-ecd')).toMatch(/MSA\|AA\|RRI2/);
  expect((await onlyTask()).status).toBe('accepted');
  await eventually(async () => (await typesAtEcd()).some((types) => types.includes('CareTeam')));
  expect(await send(answer('R', 'RRI3'), 'sandbox-ecd')).toMatch(/MSA\|AE\|RRI3/);
});

it('carries the reason of a rejection', async () => {
  await send(as('I12', 'REF1'));
  expect(await send(answer('R', 'RRI1'), 'sandbox-ecd')).toMatch(/MSA\|AA\|RRI1/);
  expect(await onlyTask()).toMatchObject({ status: 'rejected', statusReason: { text: 'Geen bed' } });
});

it('is withdrawn by REF^I14, after which nothing can be accepted', async () => {
  await send(as('I12', 'REF1'));
  expect(await send(as('I14', 'REF2'))).toMatch(/MSA\|AA\|REF2/);
  expect((await onlyTask()).status).toBe('cancelled');
  expect(await send(answer('A', 'RRI1'), 'sandbox-ecd')).toMatch(/MSA\|AE\|RRI1/);
});

it('is changed by REF^I13: the VVT gets the new content, and keeps its Task', async () => {
  await send(as('I12', 'REF1'));
  const { id } = await onlyTask();
  await send(answer('A', 'RRI1'), 'sandbox-ecd');
  await eventually(async () => (await typesAtEcd()).length === 2);
  const changed = as('I13', 'REF2', (text) =>
    text.replace(/\|Anna\b|\^Anna\b/, (name) => name.replace('Anna', 'Annabel')),
  );
  expect(await send(changed)).toMatch(/MSA\|AA\|REF2/);
  expect((await onlyTask()).id).toBe(id);
  await eventually(async () => (await typesAtEcd()).length === 3);
  const tasks = await get<{ entry: unknown[] }>('/sandbox/ecd/fhir/Task');
  expect(tasks.entry).toHaveLength(1);
});

it('refuses what names a transfer nobody knows', async () => {
  expect(await send(as('I14', 'REF9'))).toMatch(/MSA\|AE\|REF9[^]*RF1\^1\^6/);
});
