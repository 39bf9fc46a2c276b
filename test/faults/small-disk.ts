/**
 * A file system of its own that can be full at will, in a mount namespace that outlives the processes killed in it.
 * Nothing outside sees the mount, and it goes with its keeper.
 */
import { spawn, spawnSync } from 'node:child_process';

export interface SmallDisk {
  /** Puts a command that is started in `cwd` on this disk. */
  readonly command: readonly string[];
  /** Not a byte more may be written until `empty`. */
  fill(): void;
  empty(): void;
  end(): Promise<void>;
}

const KEEP = 'mount -t tmpfs -o size=4g tmpfs "$0" && echo mounted && exec sleep 7200';

/** Null without the right to mount. */
export async function smallDisk(folder: string, cwd: string): Promise<SmallDisk | null> {
  const keeper = spawn('unshare', ['-m', 'sh', '-c', KEEP, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<'ended'>((resolve) => {
    keeper.once('exit', () => resolve('ended'));
    keeper.once('error', () => resolve('ended'));
  });
  const mounted = new Promise<'mounted'>((resolve) => keeper.stdout.once('data', () => resolve('mounted')));
  if ((await Promise.race([mounted, ended])) === 'ended') return null;
  const command = ['nsenter', '-m', '-t', String(keeper.pid), `--wd=${cwd}`];
  const remount = (size: string): void => {
    const [program = '', ...before] = command;
    spawnSync(program, [...before, 'mount', '-o', `remount,size=${size}`, folder]);
  };
  return {
    command,
    fill: () => {
      const [program = '', ...before] = command;
      const used = spawnSync(program, [...before, 'df', '--output=used', folder], { encoding: 'utf8' });
      remount(`${used.stdout.split('\n')[1]?.trim() ?? '0'}k`);
    },
    empty: () => remount('4g'),
    end: async () => {
      keeper.kill('SIGKILL');
      await ended;
    },
  };
}
