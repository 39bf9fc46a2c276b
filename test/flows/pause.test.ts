import { eventually, inProcess, newFolder, type TestGateway } from '../setup/gateway.ts';
import { call, coalition, labMessage, testBsn } from '../setup/coalition.ts';
import { askMllp } from '../setup/mllp.ts';
import { startPartner, type Partner } from '../setup/partner.ts';
import { rmSync } from 'node:fs';

let partner: Partner;
let gateway: TestGateway;
const folder = newFolder();
const lab = { id: 'lab', party: 'klcl', doors: ['mllp'], auth: { kind: 'none' }, routing: 'all' };
const start = (): Promise<TestGateway> =>
  inProcess({ region: coalition(partner.url, { more: { sources: [lab] } }), folder });

beforeAll(async () => {
  partner = await startPartner();
  gateway = await start();
});
afterAll(async () => {
  await gateway.stop();
  await partner.stop();
  rmSync(folder, { recursive: true, force: true });
});

const send = async (id: string): Promise<void> => {
  expect(await askMllp(gateway.mllpPort, labMessage({ id, bsn: testBsn(1) }))).toContain('MSA|AA');
};
const said = (): string[] => partner.received.map(({ body }) => /PAUSE-\d/.exec(body)?.[0] ?? '');
const ecd = async (): Promise<Record<string, unknown>> => {
  const { json } = await call(gateway, 'GET', '/destinations');
  return (json['items'] as Record<string, unknown>[])[0] ?? {};
};

test('a paused destination gets nothing, over a restart too; what was accepted meanwhile goes in order when it is resumed', async () => {
  await send('PAUSE-1');
  await eventually(async () => said().length === 1);
  expect((await call(gateway, 'POST', '/destinations/ecd/pause')).json).toMatchObject({ health: 'paused' });
  for (const n of [2, 3, 4]) await send(`PAUSE-${n}`);
  await gateway.stop();
  gateway = await start();
  await send('PAUSE-5');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(said()).toEqual(['PAUSE-1']);
  expect(await ecd()).toMatchObject({ health: 'paused', waiting: 4, sending: 0, breaker: { state: 'closed' } });
  expect((await call(gateway, 'POST', '/destinations/ecd/resume')).json).toMatchObject({ pausedAt: null });
  await eventually(async () => said().length === 5);
  expect(said()).toEqual([1, 2, 3, 4, 5].map((n) => `PAUSE-${n}`));
  await eventually(async () => (await ecd())['health'] === 'ok');
});
