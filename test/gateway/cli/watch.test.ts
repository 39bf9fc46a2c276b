import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../setup/gateway.ts';
import { cli, folderOf, ORU, TRANSFER } from './command.ts';

const root = folderOf();
const children: ChildProcess[] = [];
afterAll(() => children.forEach((child) => child.kill('SIGKILL')));

const watching = (...args: string[]) => {
  const child = spawn(process.execPath, ['gateway/bin.mjs', 'test', ...args, '--watch'], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const rounds = (): string[] => stdout.match(/\d+ samples?: .*/g) ?? [];
  /** The summary of the n-th round, once the work waits for the next change. */
  const round = (n: number): Promise<string> =>
    eventually(async () => (stderr.match(/watching/g) ?? []).length >= n && rounds()[n - 1], 20_000);
  return { child, round, ended };
};

it('tests again when a file of a sample changes, in a folder within too, until Ctrl-C', async () => {
  mkdirSync(join(root, 'lab'));
  copyFileSync(ORU, join(root, 'lab', 'x.hl7'));
  expect((await cli(['test', root, '--update'])).exit).toBe(0);
  const { child, round, ended } = watching(root);
  expect(await round(1)).toBe('1 sample: 1 same, 0 different');
  const file = join(root, 'lab', 'x.expected.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"type": "transaction"', '"type": "batch"'));
  expect(await round(2)).toBe('1 sample: 0 same, 1 different');
  child.kill('SIGINT');
  expect(await ended).toBe(1);
}, 60_000);

it('ends at once when there is nothing to watch', async () => {
  expect((await cli(['test', join(root, 'absent'), '--watch'])).exit).toBe(2);
  expect((await cli(['test', root, '--watch', '--region', TRANSFER])).exit).toBe(2);
});
