import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outOfOrder } from '../faults/judge.ts';
import { regionFor, result, testBsns } from '../faults/patients.ts';
import { startReceiver, type ModelReceiver } from '../faults/receiver.ts';
import { asProcess, eventually, type GatewayProcess } from '../setup/gateway.ts';
import { dropSchema, hasPostgres, newSchema } from '../setup/postgres.ts';
import { hasOwnRedis, ownRedis, type OwnRedis } from '../setup/own-redis.ts';

(hasPostgres && hasOwnRedis ? describe : describe.skip)('several processes on one PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wijkkliniek-processes-'));
  const url = newSchema();
  let receiver: ModelReceiver;
  let redis: OwnRedis;
  let env: NodeJS.ProcessEnv;
  let started: GatewayProcess[] = [];

  beforeAll(async () => {
    redis = await ownRedis();
    receiver = await startReceiver();
    const regionFile = join(folder, 'region.json');
    writeFileSync(regionFile, JSON.stringify(regionFor(receiver.port)));
    const key = randomBytes(32).toString('base64');
    env = { CONFIG: regionFile, DATABASE_URL: url, LEDGER_KEY: key, LEASE_SECONDS: '2', REDIS_URL: redis.url };
  });
  afterAll(async () => {
    for (const one of started) await one.kill();
    await receiver.stop();
    await redis.end();
    await dropSchema(url);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (command: 'serve' | 'work'): Promise<GatewayProcess> => {
    const one = await asProcess(folder, env, { command });
    started = [...started, one];
    return one;
  };
  const bring = async (gateway: GatewayProcess, bsn: string, sequence: number): Promise<void> => {
    const headers = { 'content-type': 'application/hl7-v2' };
    const answer = await fetch(`${gateway.url}/hl7v2`, { method: 'POST', headers, body: result(bsn, sequence).text });
    expect(await answer.text()).toContain('MSA|AA');
  };
  const settled = async (gateway: GatewayProcess, count: number): Promise<boolean> => {
    const counts = (await (await fetch(`${gateway.url}/reconciliation`)).json()) as Record<string, unknown>;
    return counts['delivered'] === count && counts['balanced'] === true;
  };

  test('lose, double and reorder nothing when a worker is killed and Redis is flushed', async () => {
    const first = await start('serve');
    const [other, doomed, worker] = await Promise.all([start('serve'), start('work'), start('work')]);
    const bsns = testBsns(20);
    const each = 10;
    const count = bsns.length * each;
    const bringing = Promise.all(
      bsns.map(async (bsn) => {
        for (let sequence = 0; sequence < each; sequence += 1) {
          await bring(sequence % 2 === 0 ? first : other, bsn, sequence);
        }
      }),
    );
    await eventually(async () => receiver.effects.length > 20, 20_000);
    await doomed.kill();
    await redis.command('FLUSHALL');
    await bringing;
    await eventually(() => settled(first, count), 30_000);
    expect(new Set(receiver.effects.map(({ message }) => message)).size).toBe(count);
    expect(receiver.effects).toHaveLength(count);
    expect(outOfOrder(receiver.attempts)).toEqual([]);

    // Redis gone: accepted all the same, and found in the ledger.
    await redis.kill();
    await bring(first, bsns[0] ?? '', each);
    await eventually(() => settled(first, count + 1));

    const health = await fetch(`${worker.url}/health/ready`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ready', ledger: true }]);
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_delivery_attempts_total\{destination="ecd",outcome="delivered"\} [1-9]/);
    expect((await fetch(`${worker.url}/messages`)).status).toBe(404);
    expect(await worker.stop()).toBe(0);
    expect(await other.stop()).toBe(0);
    expect(await first.stop()).toBe(0);
    const words = started.map((one) => one.output()).join('');
    for (const bsn of bsns) expect(words).not.toContain(bsn);
  }, 90_000);
});
