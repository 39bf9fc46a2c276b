/** A gateway for tests, in this process or as a process of its own, on free ports and a folder that is cleaned up. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../gateway/clock.ts';
import { readConfig } from '../../gateway/config.ts';
import { silentLog } from '../../gateway/log.ts';
import { startGateway } from '../../gateway/main.ts';
import { readRegion } from '../../gateway/regions/load.ts';
import type { RegionFile } from '../../gateway/regions/region.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };

export interface TestGateway {
  readonly url: string;
  readonly mllpPort: number;
  readonly folder: string;
  stop(): Promise<void>;
}

export function regionOf(json: unknown): RegionFile {
  const read = readRegion(JSON.stringify(json));
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.region;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'wkgateway-'));

export async function inProcess(
  options: {
    readonly region?: RegionFile;
    readonly env?: NodeJS.ProcessEnv;
    readonly clock?: Clock;
    readonly folder?: string;
  } = {},
): Promise<TestGateway> {
  const folder = options.folder ?? newFolder();
  const read = readConfig({
    PORT: '0',
    MLLP_PORT: '0',
    DATABASE_URL: `file:${join(folder, 'gateway.sqlite')}`,
    ...options.env,
  });
  if (!read.ok) throw new Error(read.faults.join('; '));
  const running = await startGateway(
    read.config,
    options.region ?? regionOf(sandbox),
    silentLog,
    options.clock === undefined ? {} : { clock: options.clock },
  );
  return {
    url: `http://127.0.0.1:${running.httpPort}`,
    mllpPort: running.mllpPort,
    folder,
    stop: async () => {
      await running.stop();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface GatewayProcess {
  readonly url: string;
  readonly mllpPort: number;
  readonly child: ChildProcess;
  /** Everything it printed on both streams. */
  output(): string;
  /** SIGKILL, and wait for the end. */
  kill(): Promise<void>;
  /** SIGTERM, and wait for the end; its exit code. */
  stop(): Promise<number | null>;
}

export interface HowToStart {
  /** `serve` unless told. */
  readonly command?: 'serve' | 'work';
  /** What runs Node, and its arguments. */
  readonly under?: readonly string[];
  /** The checkout, or what is laid out as one, whose build is started; this one unless told. */
  readonly cwd?: string;
}

/** The built gateway as a process of its own; resolves when it has said that it is ready, `serve` with its addresses. */
export function asProcess(
  folder: string,
  env: NodeJS.ProcessEnv = {},
  { command = 'serve', under = [], cwd = process.cwd() }: HowToStart = {},
): Promise<GatewayProcess> {
  const [program, ...before] = [...under, process.execPath];
  const child = spawn(program, [...before, 'gateway/bin.mjs', command], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      MLLP_PORT: '0',
      WORK_PORT: '0',
      DATABASE_URL: `file:${join(folder, 'gateway.sqlite')}`,
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
  });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the gateway did not start: ${output}`));
    }, 20_000);
    const heard = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const http = /HTTP\s+(http:\/\/\S+)/.exec(output)?.[1];
      const mllp = /MLLP\s+\S+:(\d+)/.exec(output)?.[1];
      if (command === 'serve' && (http === undefined || mllp === undefined)) return;
      if (!output.includes('Ctrl-C')) return;
      clearTimeout(late);
      resolve({
        url: http ?? '',
        mllpPort: Number(mllp ?? 0),
        child,
        output: () => output,
        kill: async () => {
          child.kill('SIGKILL');
          await ended;
        },
        stop: async () => {
          child.kill('SIGTERM');
          return ended;
        },
      });
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    void ended.then((code) => reject(new Error(`the gateway ended with ${String(code)}: ${output}`)));
  });
}

/** Asks until it holds, for at most `ms`. */
export async function eventually<T>(ask: () => Promise<T | null | undefined | false>, ms = 10_000): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const found = await ask();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
