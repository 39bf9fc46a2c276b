/** A PostgreSQL of a test's own, on a free port, that may be stopped and killed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './own-redis.ts';

const INSTALLED = '/usr/lib/postgresql';

/** The newest installed; distributions keep it out of the path. */
export function programs(): string {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : [];
  return versions[0] === undefined ? '' : join(INSTALLED, versions[0], 'bin');
}

/** PostgreSQL does not run as root: then it runs as its own user. */
function user(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const asked = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: asked('-u'), gid: asked('-g') };
}

/** Memory where there is enough: a killed process loses nothing there that a disk would keep, and recovery is quick. */
function roomy(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 2 ** 31 ? memory : tmpdir();
}

export interface OwnPostgres {
  readonly url: string;
  /** As by `kill -9` of all its processes at once. */
  kill(): Promise<void>;
  /** Orderly, but not waiting for clients to leave. */
  stop(): Promise<void>;
  /** Brings it back at the same address, with all that was committed. */
  start(): Promise<void>;
  end(): Promise<void>;
}

export async function ownPostgres(...settings: readonly string[]): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(roomy(), 'wijkkliniek-postgres-'));
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const other = user();
  const as = other ?? {};
  if (other !== null) chownSync(folder, other.uid, other.gid);
  const bin = programs();
  const data = join(folder, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], {
    ...as,
    encoding: 'utf8',
    cwd: folder,
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  let child: ChildProcess | null = null;

  const answers = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const start = async (): Promise<void> => {
    const plain = ['-D', data, '-p', `${port}`, '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
    for (let tries = 0; ; tries += 1) {
      // After a kill the first may not start: what shared memory the old one left is in use for a moment.
      if (child?.exitCode !== null || child.signalCode !== null) {
        child = spawn(join(bin, 'postgres'), [...plain, ...settings], { ...as, stdio: 'ignore', cwd: folder });
      }
      if (await answers()) return;
      if (tries > 600) throw new Error('PostgreSQL does not start');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const finish = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    const workers = signal === 'SIGKILL' ? childrenOf(running.pid) : [];
    running.kill(signal);
    for (const worker of workers) killIfThere(worker);
    await ended;
  };
  await start();
  return {
    url,
    kill: () => finish('SIGKILL'),
    stop: () => finish('SIGINT'),
    start,
    end: async () => {
      await finish('SIGINT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

const childrenOf = (pid = 0): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}
