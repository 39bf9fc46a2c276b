// Writes messages one after another and says on standard output when each write resolved: `node … FILE FULL|OFF`.
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openSqliteLedger } from '../../../../dist/gateway/ledger/sqlite/open.js';

const [file, synchronous] = process.argv.slice(2);
const clock = { now: () => new Date('2026-11-20T14:05:00.000Z') };
const ledger = await openSqliteLedger({ file, key: Buffer.alloc(32, 7), clock, synchronous });
for (let n = 1; n <= 5; n += 1) {
  writeSync(1, `writing ${n}\n`);
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
      raw: { mediaType: 'text/plain', bytes: Buffer.from('MSH|^~\\&|') },
      mapped: null,
    }),
  );
  writeSync(1, `resolved ${n}\n`);
}
await ledger.close();
