import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { silentLog } from '../../../gateway/log.ts';
import { bullmqQueue } from '../../../workers/queue/bullmq.ts';
import type { Job, Queue } from '../../../workers/queue/queue.ts';
import { inspectRedis } from '../../../workers/queue/redis.ts';
import { ownRedis, type OwnRedis } from '../../setup/own-redis.ts';
import { describeWithOwnRedis, describeWithRedis, REDIS_URL } from '../../setup/redis.ts';
import { eventually } from '../ledger.ts';
import { describeQueue } from './contract.ts';

let ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.reverse()) await end();
  ending = [];
});
const newPrefix = (): string => `test-${randomUUID()}`;
const job = (delivery: string, destination = 'ecd'): Job => ({ destination, delivery });

function open(url: string, prefix: string, log = silentLog): Queue {
  const queue = bullmqQueue({ url, prefix, log });
  ending.push(() => queue.close());
  return queue;
}
const ready = (queue: Queue): Promise<void> => eventually(async () => (await queue.trouble()) === null);

async function server(...settings: readonly string[]): Promise<OwnRedis> {
  const redis = await ownRedis(...settings);
  ending.push(() => redis.end());
  return redis;
}
async function keysOf(prefix: string): Promise<string[]> {
  const redis = new Redis(REDIS_URL);
  const keys = await redis.keys(`${prefix}:*`);
  redis.disconnect();
  return keys;
}

const prefixes: string[] = [];
const withPrefix = (): string => {
  const prefix = newPrefix();
  prefixes.push(prefix);
  return prefix;
};
afterAll(async () => {
  if (prefixes.length === 0) return;
  const redis = new Redis(REDIS_URL);
  for (const prefix of prefixes) {
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.del(...keys);
  }
  redis.disconnect();
});

describeWithRedis('on Redis', () => {
  describeQueue('the queue', () => open(REDIS_URL, withPrefix()));
});

describeWithRedis('the queue on Redis, between processes', () => {
  test('gives each job to one of its takers', async () => {
    const prefix = withPrefix();
    const [adding, one, other] = [open(REDIS_URL, prefix), open(REDIS_URL, prefix), open(REDIS_URL, prefix)];
    const taken: string[] = [];
    one.take(({ delivery }) => taken.push(delivery));
    other.take(({ delivery }) => taken.push(delivery));
    await ready(adding);
    const ids = Array.from({ length: 50 }, (_, n) => `d${n}`);
    adding.add(ids.map((id) => job(id, `to-${id}`)));
    await eventually(() => taken.length >= ids.length);
    expect(taken.toSorted()).toEqual(ids.toSorted());
  });

  test('holds ids alone, and nothing at all once taken', async () => {
    const prefix = withPrefix();
    const queue = open(REDIS_URL, prefix);
    await ready(queue);
    queue.add([job('d1')]);
    const redis = new Redis(REDIS_URL);
    ending.push(async () => redis.disconnect());
    await eventually(async () => (await redis.exists(`${prefix}:deliveries:d1`)) === 1);
    const held = await redis.hgetall(`${prefix}:deliveries:d1`);
    expect(JSON.parse(held['data'] ?? '')).toEqual({ destination: 'ecd', delivery: 'd1' });
    queue.take(() => undefined);
    await eventually(async () => (await redis.exists(`${prefix}:deliveries:d1`)) === 0);
    expect((await keysOf(prefix)).filter((key) => key.endsWith(':d1'))).toEqual([]);
  });

  test('keeps its stream of events short', async () => {
    const prefix = withPrefix();
    const queue = open(REDIS_URL, prefix);
    queue.take(() => undefined);
    await ready(queue);
    for (let n = 0; n < 300; n += 1) {
      queue.add([job(`d${n}`, `to-${n}`)]);
      if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const redis = new Redis(REDIS_URL);
    ending.push(async () => redis.disconnect());
    await eventually(async () => (await redis.llen(`${prefix}:deliveries:wait`)) === 0);
    // Redis cuts a stream by whole blocks of a hundred.
    expect(await redis.xlen(`${prefix}:deliveries:events`)).toBeLessThanOrEqual(300);
  });
});

describeWithOwnRedis('a Redis that is flushed, killed or away', () => {
  test('is used again by itself, and never stops who adds', async () => {
    const redis = await server();
    const names: string[] = [];
    const log = { event: (name: string) => void names.push(name), failure: (name: string) => void names.push(name) };
    const adding = open(redis.url, 'k', log);
    const taking = open(redis.url, 'k');
    const taken = new Set<string>();
    taking.take(({ delivery }) => taken.add(delivery));
    const arrives = (id: string): Promise<void> =>
      eventually(() => {
        adding.add([job(id)]);
        return taken.has(id);
      });
    await arrives('before');
    await redis.command('FLUSHALL');
    await arrives('after-flush');
    await redis.kill();
    await eventually(async () => (await adding.trouble()) !== null);
    for (let n = 0; n < 1_000; n += 1) adding.add([job(`lost-${n}`)]);
    // Told because of what was turned away: Redis is back before anybody tries to connect.
    await redis.start();
    await arrives('after-kill');
    expect(names).toEqual(['queue.away', 'queue.back']);
  });

  test('from the start, or at the end, holds nothing up', async () => {
    const redis = await server();
    await redis.kill();
    const queue = open(redis.url, 'k');
    const taken: Job[] = [];
    queue.take((one) => taken.push(one));
    queue.add([job('lost')]);
    expect(await queue.trouble()).toMatch(/cannot be reached/);
    await redis.start();
    await ready(queue);
    queue.add([job('found')]);
    await eventually(() => taken.length > 0);
    await redis.kill();
    const before = performance.now();
    await queue.close();
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  test('is never filled by a gateway whose workers are gone', async () => {
    const redis = await server();
    const queue = open(redis.url, 'k');
    await ready(queue);
    for (let round = 0; round < 20; round += 1) {
      queue.add(Array.from({ length: 1_000 }, (_, n) => job(`d${round}-${n}`, `to-${n}`)));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(Number((await redis.command('LLEN k:deliveries:wait')).slice(1))).toBeLessThan(12_500);
  });

  test('that may drop keys is no queue to rely on, says trouble and says doctor', async () => {
    // BullMQ says it too, in words of its own.
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const redis = await server('--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru');
    const names: string[] = [];
    const log = { event: (name: string) => void names.push(name), failure: (name: string) => void names.push(name) };
    const queue = open(redis.url, 'k', log);
    await eventually(() => names.includes('queue.unreliable'));
    await eventually(async () => /allkeys-lru.*noeviction/.test((await queue.trouble()) ?? ''));
    expect(await inspectRedis(redis.url)).toEqual({
      ok: false,
      text: 'maxmemory-policy is allkeys-lru: jobs may vanish; set it to noeviction',
    });
  });
});

describeWithOwnRedis('what doctor says of Redis', () => {
  test('its version, when all is well', async () => {
    expect(await inspectRedis((await server()).url)).toEqual({
      ok: true,
      text: expect.stringMatching(/^version \d.*noeviction$/) as string,
    });
  });

  test('that it cannot be reached, or refuses the password, without saying it', async () => {
    const redis = await server('--requirepass', 'sesame');
    const refused = await inspectRedis(`redis://:wrong-one@127.0.0.1:${redis.port}`);
    expect(refused).toMatchObject({ ok: false, text: expect.stringMatching(/^refuses the password/) as string });
    await redis.kill();
    const gone = await inspectRedis(redis.url);
    expect(gone).toMatchObject({ ok: false, text: expect.stringMatching(/^ECONNREFUSED/) as string });
    expect(refused.text + gone.text).not.toMatch(/wrong-one|sesame/);
  });
});
