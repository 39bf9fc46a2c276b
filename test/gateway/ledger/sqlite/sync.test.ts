import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFile } from './open-temporary.ts';

const traceable = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
if (!traceable && process.env['CI'] === 'true') throw new Error('strace is needed to see the sync of a commit');

/** Per write: whether the log was synced between the call of `write` and its resolving. */
function syncs(synchronous: 'FULL' | 'OFF'): boolean[] {
  const file = temporaryFile();
  const trace = `${file}.trace`;
  const script = join(__dirname, 'one-after-another.mjs');
  const run = spawnSync(
    'strace',
    ['-f', '-y', '-e', 'trace=fsync,fdatasync,write', '-o', trace, process.execPath, script, file, synchronous],
    { encoding: 'utf8' },
  );
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
  const lines = readFileSync(trace, 'utf8').split('\n');
  const lineOf = (said: string) => lines.findIndex((line) => line.includes('write(1') && line.includes(said));
  return [1, 2, 3, 4, 5].map((n) => {
    const between = lines.slice(lineOf(`writing ${n}\\n`), lineOf(`resolved ${n}\\n`));
    expect(between.length).toBeGreaterThan(0);
    return between.some((line) => /\bf(?:data)?sync\(.*-wal>\)\s+= 0/.test(line));
  });
}

(traceable ? describe : describe.skip)('a write resolves', () => {
  test('only after its commit was synced to the disk', () => {
    expect(syncs('FULL')).toEqual([true, true, true, true, true]);
  });

  test('without a sync when syncing is off, so the test above can fail', () => {
    expect(syncs('OFF')).toEqual([false, false, false, false, false]);
  });
});
