import { askMllp } from '../setup/mllp.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import { call, coalition, KEYS, labMessage, testBsn, tracked, type Tracked } from '../setup/coalition.ts';
import { startPartner, type Behaviour, type Partner } from '../setup/partner.ts';

let ecd: Partner;
let gateway: TestGateway;
beforeAll(async () => {
  ecd = await startPartner();
  const sources = [
    { id: 'lab', party: 'hospital', doors: ['mllp'], auth: { kind: 'none' }, routing: 'all' },
    { id: 'seh', party: 'hospital', doors: ['fhir'], auth: { kind: 'api-key', keyEnv: 'SEH_API_KEY' } },
  ];
  gateway = await inProcess({ region: coalition(ecd.url, { ecd: { timeoutMs: 400 }, more: { sources } }), env: KEYS });
});
afterAll(async () => {
  await gateway.stop();
  await ecd.stop();
});

const WELL: Behaviour = { status: 200, body: '{}' };
const about = (id: string) => ecd.received.filter(({ body }) => body.includes(`#${id}"`));
const isOver = async (id: string): Promise<Tracked | null> => {
  const found = await tracked(gateway, id);
  return found.status === 'pending' ? null : found;
};

/** Sends a result; the receiver does as told the first time it sees it, and well after that. */
async function first(id: string, bsn: string, behaviour: Behaviour): Promise<Tracked> {
  ecd.behave = ({ body }) => (body.includes(`#${id}"`) && about(id).length === 1 ? behaviour : WELL);
  expect(await askMllp(gateway.mllpPort, labMessage({ id, bsn }))).toMatch(/MSA\|AA/);
  return eventually(() => isOver(id));
}

it.each<[string, Behaviour]>([
  ['408', { status: 408 }],
  ['425', { status: 425 }],
  ['429', { status: 429 }],
  ['500', { status: 500 }],
  ['503', { status: 503 }],
  ['401', { status: 401 }],
  ['a reset connection', 'reset'],
  ['no answer in time', 'silence'],
])('after %s it comes again: the same bytes under the same key', async (what, behaviour) => {
  const id = `AGAIN-${what.replaceAll(' ', '-').toUpperCase()}`;
  const { status } = await first(id, testBsn(60), behaviour);
  expect(status).toBe('delivered');
  const tries = about(id);
  expect(tries).toHaveLength(2);
  expect(new Set(tries.map(({ body }) => body)).size).toBe(1);
  expect(new Set(tries.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  for (const header of ['idempotency-key', 'x-request-id', 'traceparent']) {
    expect(tries[0]?.headers[header]).toEqual(expect.any(String));
  }
  expect(tries[0]?.headers['content-type']).toMatch(/^application\/fhir\+json/);
});

it('waits as long as Retry-After says', async () => {
  await first('LATER', testBsn(61), { status: 503, headers: { 'retry-after': '1' } });
  const [one, two] = about('LATER');
  expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(950);
});

it.each([400, 404, 409, 412, 422])('is dead at once after %d, with what the receiver said', async (status) => {
  const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'invalid' }] };
  const id = `DEAD-${status}`;
  const message = await first(id, testBsn(62), { status, body: JSON.stringify(outcome) });
  expect(message.status).toBe('dead');
  expect(about(id)).toHaveLength(1);
  expect(message.deliveries[0]?.lastError).toMatchObject({
    class: 'permanent',
    text: expect.stringContaining('invalid') as string,
  });
});

it('keeps a patient in order, and lets nobody else wait', async () => {
  let down = true;
  ecd.behave = ({ body }) => (down && body.includes('#SLOW-1"') ? { status: 500 } : WELL);
  for (const id of ['SLOW-1', 'SLOW-2']) await askMllp(gateway.mllpPort, labMessage({ id, bsn: testBsn(63) }));
  await askMllp(gateway.mllpPort, labMessage({ id: 'QUICK', bsn: testBsn(64) }));
  expect((await eventually(() => isOver('QUICK'))).status).toBe('delivered');
  expect(about('SLOW-2')).toEqual([]);
  down = false;
  expect((await eventually(() => isOver('SLOW-2'))).status).toBe('delivered');
  expect((await tracked(gateway, 'SLOW-1')).status).toBe('delivered');
});

it('accounts for everything', async () => {
  const { json } = await call(gateway, 'GET', '/reconciliation');
  const { received, balanced, ...rest } = json as Record<string, number> & { balanced: boolean };
  expect(balanced).toBe(true);
  expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(received);
});
