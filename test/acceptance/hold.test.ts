import { askMllp } from '../setup/mllp.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import {
  call,
  coalition,
  KEYS,
  labMessage,
  moveTask,
  SEH,
  testBsn,
  tracked,
  transferBody,
} from '../setup/coalition.ts';
import { startPartner, type Partner } from '../setup/partner.ts';

let ecd: Partner;
let gateway: TestGateway;
let ahead = 0;
beforeAll(async () => {
  ecd = await startPartner();
  gateway = await inProcess({
    region: coalition(ecd.url, { wijkkliniek: { holdHours: 1 } }),
    env: KEYS,
    clock: { now: () => new Date(Date.now() + ahead) },
  });
});
afterAll(async () => {
  await gateway.stop();
  await ecd.stop();
});

it('releases in order what came in time, and nothing that was held too long, swept yet or not', async () => {
  const bsn = testBsn(20);
  await askMllp(gateway.mllpPort, labMessage({ id: 'TOO-OLD', bsn }));
  ahead = 61 * 60_000;
  for (const id of ['IN-TIME-1', 'IN-TIME-2']) await askMllp(gateway.mllpPort, labMessage({ id, bsn }));
  const { json } = await call(gateway, 'POST', '/transfers', transferBody('HOLD', bsn), SEH);
  expect((await moveTask(gateway, String(json['task']), { status: 'accepted' })).status).toBe(200);
  await eventually(async () => (await tracked(gateway, 'IN-TIME-2')).status === 'delivered');
  const named = ecd.received.map(({ body }) => /#([A-Z0-9-]+)"/.exec(body)?.[1] ?? 'notice');
  expect(named).toEqual(['notice', 'HOLD', 'IN-TIME-1', 'IN-TIME-2']);
  expect(await eventually(async () => (await tracked(gateway, 'TOO-OLD')).status === 'expired')).toBe(true);
  const { id } = await tracked(gateway, 'TOO-OLD');
  expect((await call(gateway, 'GET', `/messages/${id}/raw`)).status).toBeGreaterThanOrEqual(400);
  expect((await call(gateway, 'GET', '/reconciliation')).json).toMatchObject({ balanced: true, expired: 1, held: 0 });
});
