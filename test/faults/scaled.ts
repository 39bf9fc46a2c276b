/** Two `serve` and two `work` on a PostgreSQL and a Redis of their own: any of the six may be killed at any moment. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { asProcess, type GatewayProcess } from '../setup/gateway.ts';
import { ownPostgres } from '../setup/own-postgres.ts';
import { ownRedis } from '../setup/own-redis.ts';
import { between, pick } from './random.ts';
import { release } from './release.ts';
import { countsOf, crew, type Blow, type OpenSite } from './site.ts';

const EACH = 2;
const LEASE_MS = 3_000;
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const ignore = (): void => undefined;

type Role = 'serve' | 'work';

/** One place in the shape, and the process that fills it now. */
interface Post {
  readonly role: Role;
  /** Which of the releases it runs; changed by a rolling upgrade. */
  from: string;
  process: GatewayProcess;
}

interface Server {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** A server that is killed and comes back after a moment without it. */
const outage = (name: string, server: Server, longestMs: number): Omit<Blow, 'share'> => ({
  name,
  strike: async (random) => {
    await server.kill();
    await rest(between(random, 0, longestMs));
    await server.start();
  },
});

export const openScaled: OpenSite = async ({ folder, regionFile, everything, beside }) => {
  const [postgres, redis] = await Promise.all([ownPostgres(), ownRedis('--maxmemory-policy', 'noeviction')]);
  const other = beside === undefined ? { version: '0.0.0-beside' } : { from: beside };
  const releases = [release(join(folder, 'one')), ...(everything ? [release(join(folder, 'other'), other)] : [])];
  const env = {
    CONFIG: regionFile,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    // What a killed worker held is taken over after so long.
    LEASE_SECONDS: String(LEASE_MS / 1_000),
    LEDGER_KEY: randomBytes(32).toString('base64'),
  };
  const processes = crew();
  let begun = 0;
  /** Every other `serve` maps in a thread of its own. */
  const start = (role: Role, from: string): Promise<GatewayProcess> => {
    const MAPPING_THREADS = String(role === 'serve' ? begun++ % 2 : 0);
    return processes.start(() => asProcess(folder, { ...env, MAPPING_THREADS }, { cwd: from, command: role }));
  };
  const post = async (role: Role): Promise<Post> => {
    const [from = ''] = releases;
    return { role, from, process: await start(role, from) };
  };
  // The first makes the tables.
  const serves = [await post('serve')];
  while (serves.length < EACH) serves.push(await post('serve'));
  const works = await Promise.all(Array.from({ length: EACH }, () => post('work')));

  const killOne = (posts: readonly Post[]): Blow['strike'] => {
    return async (random) => {
      const struck = pick(random, posts);
      await struck.process.kill();
      struck.process = await start(struck.role, struck.from);
    };
  };
  /** One process is stopped in order, and comes back as the other version. */
  const upgrade: Blow = {
    name: 'other version',
    share: 1,
    strike: async (random) => {
      const chosen = pick(random, [...serves, ...works]);
      const code = await chosen.process.stop();
      if (code !== 0) throw new Error(`an orderly stop of ${chosen.role} ended with ${String(code)}`);
      chosen.from = releases.find((from) => from !== chosen.from) ?? chosen.from;
      chosen.process = await start(chosen.role, chosen.from);
    },
  };
  let turn = 0;
  const serve = (): GatewayProcess => {
    turn += 1;
    const chosen = serves[turn % EACH];
    if (chosen === undefined) throw new Error('nobody serves');
    return chosen.process;
  };
  return {
    mllpPort: () => serve().mllpPort,
    url: () => serve().url,
    kills: [
      { name: 'kill serve', share: 4, strike: killOne(serves) },
      { name: 'kill work', share: 4, harms: 'process', strike: killOne(works) },
      { ...outage('kill PostgreSQL', postgres, LEASE_MS + 1_000), share: 1, harms: 'ledger' },
      { ...outage('kill Redis', redis, 400), share: 1 },
    ],
    troubles: [
      { name: 'Redis flushed', share: 2, strike: () => redis.command('FLUSHALL').then(ignore, ignore) },
      ...(everything ? [upgrade] : []),
    ],
    counts: () => countsOf(serve().url),
    end: async () => {
      await processes.end();
      await Promise.all([postgres.end(), redis.end()]);
    },
  };
};
