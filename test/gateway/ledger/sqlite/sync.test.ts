import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFile } from './open-temporary.ts';

/** The tool that shows what a process asks of the system; absent on most desks. */
const TRACER = 'strace';
const traceable = spawnSync(TRACER, ['-o', '/dev/null', 'true']).status === 0;
if (!traceable && process.env['CI'] === 'true') throw new Error('strace is needed to see the sync of a commit');

/** Writes messages one after another and says on standard output when each write begins and resolves. */
const WRITING = `
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';

const [open, file, synchronous] = process.argv.slice(1);
const { openSqliteLedger } = await import(open);
const clock = { now: () => new Date('2026-11-20T14:05:00.000Z') };
const ledger = await openSqliteLedger({ file, key: Buffer.alloc(32, 7), clock, synchronous });
for (let n = 1; n <= 5; n += 1) {
  writeSync(1, 'writing ' + n + '\\n');
  await ledger.write((tx) =>
    tx.insertMessage({
      id: randomUUID(),
      receivedAt: clock.now().toISOString(),
      source: 'lab',
      door: 'mllp',
      type: 'ORU^R01',
      controlId: String(n),
      flow: 'lab-result',
      status: 'pending',
      key: String(n),
      contentHash: 'hash',
      refusal: null,
      warnings: [],
      mapping: null,
      patient: null,
      patientKeys: { bsn: null, numbers: [] },
      orderedAt: null,
      holdUntil: null,
      task: null,
      things: [],
      raw: { mediaType: 'text/plain', bytes: Buffer.from('MSH|') },
      mapped: null,
    }),
  );
  writeSync(1, 'resolved ' + n + '\\n');
}
await ledger.close();
`;

/** Per write: whether the log was synced between the call of `write` and its resolving. */
function syncs(synchronous: 'FULL' | 'OFF'): boolean[] {
  const file = temporaryFile();
  const trace = `${file}.trace`;
  const open = pathToFileURL(join(__dirname, '../../../../dist/gateway/ledger/sqlite/open.js')).href;
  const node = [process.execPath, '--input-type=module', '-e', WRITING, open, file, synchronous];
  const run = spawnSync(TRACER, ['-f', '-y', '-e', 'trace=fsync,fdatasync,write', '-o', trace, ...node], {
    encoding: 'utf8',
  });
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
