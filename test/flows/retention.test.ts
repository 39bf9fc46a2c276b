import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import { call, coalition, labMessage, testBsn, tracked, type Tracked } from '../setup/coalition.ts';
import { askMllp } from '../setup/mllp.ts';
import { startPartner, type Partner } from '../setup/partner.ts';

let partner: Partner;
let gateway: TestGateway;
let ahead = 0;
const clock = { now: () => new Date(Date.now() + ahead) };
const DAY = 86_400_000;
const text = labMessage({ id: 'OLD', bsn: testBsn(1) });
const about = (id: string): Promise<Tracked> => tracked(gateway, id);

beforeAll(async () => {
  partner = await startPartner();
  const lab = { id: 'lab', party: 'klcl', doors: ['mllp'], auth: { kind: 'none' }, routing: 'all', duplicateDays: 60 };
  gateway = await inProcess({
    region: coalition(partner.url, { more: { sources: [lab], retention: { deliveredDays: 30, refusedDays: 7 } } }),
    clock,
  });
});
afterAll(async () => {
  await gateway.stop();
  await partner.stop();
});

test('a delivered message loses its content after its days; its facts, its duplicate key and words for who asks stay', async () => {
  const first = await askMllp(gateway.mllpPort, text);
  expect(first).toContain('MSA|AA|OLD');
  await eventually(async () => (await about('OLD')).status === 'delivered');
  const { id } = await about('OLD');
  const raw = (): Promise<number> => call(gateway, 'GET', `/messages/${id}/raw`).then(({ status }) => status);
  ahead = 29 * DAY;
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  expect(await raw()).toBe(200);
  ahead = 31 * DAY;
  await eventually(async () => (await raw()) === 404);
  const replay = await call(gateway, 'POST', `/messages/${id}/replay`);
  expect(replay.status).toBe(409);
  expect(replay.text).toContain('its content was destroyed');
  const many = await call(gateway, 'POST', '/replay', { status: 'delivered' });
  expect(many.json).toMatchObject({ found: 1, replayed: 0, refused: 1 });
  expect(await about('OLD')).toMatchObject({ id, status: 'delivered', flow: 'lab-result' });
  expect(await askMllp(gateway.mllpPort, text)).toContain('MSA|AA|OLD');
  expect((await call(gateway, 'GET', '/reconciliation')).json).toMatchObject({ received: 1, balanced: true });
  expect(partner.received).toHaveLength(1);
}, 30_000);
