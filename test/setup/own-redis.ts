/** A Redis of a test's own, on a free port, that may be flushed and killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runs } from './answers.ts';

/** Where one can be started. */
export const hasOwnRedis = runs('redis-server');

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One command, and the first line of its answer. */
export function redisCommand(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString().split('\r\n')[0] ?? '');
    });
    socket.write(`${command}\r\n`);
  });
}

export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  command(command: string): Promise<string>;
  /** As by `kill -9`; `start` brings it back empty, at the same address. */
  kill(): Promise<void>;
  start(): Promise<void>;
  end(): Promise<void>;
}

export async function ownRedis(...settings: readonly string[]): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'wijkkliniek-redis-'));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const command = (text: string): Promise<string> => redisCommand(port, text);
  const start = async (): Promise<void> => {
    const plain = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    child = spawn('redis-server', [...plain, ...settings], { stdio: 'ignore' });
    for (let tries = 0; ; tries += 1) {
      const answer = await command('PING').catch(() => '');
      if (/^(\+PONG|-NOAUTH)/.test(answer)) return;
      if (tries > 200) throw new Error('redis-server does not start');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    command,
    kill,
    start,
    end: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
