/** The sync before the acknowledgement, where the ledger is on PostgreSQL: what its server process asks of the system. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { inProcess, newFolder, regionOf } from '../setup/gateway.ts';
import { askMllp } from '../setup/mllp.ts';
import { ownPostgres, type OwnPostgres } from '../setup/own-postgres.ts';
import { hasPostgres } from '../setup/postgres.ts';
import { regionFor, result, testBsns } from './patients.ts';

const traceable = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
if (!traceable && process.env.CI === 'true') throw new Error('strace is needed to see the sync of a commit');

const COUNT = 5;

/** When each sync of the write-ahead log had ended, in milliseconds since 1970. */
const syncsIn = (trace: string): number[] =>
  readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, begun = '', took = ''] = /^(?:\d+ +)?([\d.]+) f(?:data)?sync\(.*pg_wal.*= 0 <([\d.]+)>/.exec(line) ?? [];
      return begun === '' ? [] : [(Number(begun) + Number(took)) * 1000];
    });

/** Follows these processes of the server until `end`; resolves once it sees them. */
async function follow(pids: readonly number[], trace: string): Promise<{ end: () => Promise<void> }> {
  const follows = pids.flatMap((pid) => ['-p', String(pid)]);
  const args = ['-ttt', '-T', '-y', '-e', 'trace=fsync,fdatasync', '-o', trace, ...follows];
  const child: ChildProcess = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let seen = 0;
  await new Promise<void>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      seen += chunk.toString().split('attached').length - 1;
      if (seen >= pids.length) resolve();
    });
  });
  return {
    end: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}

(traceable && hasPostgres ? describe : describe.skip)('with the ledger on PostgreSQL', () => {
  let server: OwnPostgres;
  beforeAll(async () => {
    server = await ownPostgres('-c', 'autovacuum=off', '-c', 'wal_writer_delay=10s');
  }, 60_000);
  afterAll(() => server.end());

  /** Per step: whether the log was synced between its begin and its end. */
  async function synced(pids: readonly number[], steps: readonly (() => Promise<unknown>)[]): Promise<boolean[]> {
    const trace = join(newFolder(), 'trace');
    const following = await follow(pids, trace);
    const spans: (readonly [number, number])[] = [];
    for (const step of steps) {
      const begun = Date.now();
      await step();
      spans.push([begun, Date.now() + 1]);
    }
    await following.end();
    const syncs = syncsIn(trace);
    return spans.map(([begun, ended]) => syncs.some((at) => at >= begun && at <= ended));
  }

  it('an acknowledgement goes on the wire only after the commit of its message was synced to the disk', async () => {
    // Nobody listens there: nothing but the arrivals is written meanwhile.
    const region = regionOf({ ...regionFor(9), destinations: [], deliver: {} });
    const env = { DATABASE_URL: server.url, LEDGER_KEY: Buffer.alloc(32, 7).toString('base64') };
    const gateway = await inProcess({ region, env });
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'wijkkliniek-gateway'",
    );
    await client.end();
    const [bsn = ''] = testBsns(1);
    const steps = Array.from({ length: COUNT }, (_, n) => async () => {
      expect(await askMllp(gateway.mllpPort, result(bsn, n).text)).toContain('MSA|AA|');
    });
    const pids = rows.map(({ pid }) => pid);
    expect(await synced(pids, steps)).toEqual(steps.map(() => true));
    await gateway.stop();
  }, 60_000);

  it('a commit that does not wait for the disk is seen as such, so that the test above can fail', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query('SET synchronous_commit = off; CREATE TABLE told (n integer)');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const steps = Array.from({ length: COUNT }, () => () => client.query('INSERT INTO told VALUES (1)'));
    expect(await synced([rows[0]?.pid ?? 0], steps)).toEqual(steps.map(() => false));
    await client.end();
  }, 60_000);
});
