import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger, MessageStatus } from '../../../gateway/ledger/ledger.ts';
import { openSqliteLedger } from '../../../gateway/ledger/sqlite/open.ts';
import { silentLog } from '../../../gateway/log.ts';
import { destroyFinished } from '../../../workers/sweep/retention.ts';
import { coalition } from '../../setup/coalition.ts';
import { newMessage } from '../ledger.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-06-01T12:00:00.000Z');
let today = 0;
const clock = { now: () => new Date(START + today * DAY) };
const retention = { deliveredDays: 30, refusedDays: 10, deadDays: 60, unroutedDays: 60 };
const region = coalition('http://127.0.0.1:9/fhir', { more: { retention } });

const folder = mkdtempSync(join(tmpdir(), 'wijkkliniek-retention-'));
const file = join(folder, 'ledger.sqlite');
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openSqliteLedger({ file, key: Buffer.alloc(32, 7), clock });
});
afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Messages that arrived on this day of the test's calendar, with contents that do not shrink. */
async function arrived(day: number, status: MessageStatus, count: number, bytes = 100): Promise<string[]> {
  const receivedAt = new Date(START + day * DAY).toISOString();
  const content = { mediaType: 'text/plain', bytes: randomBytes(bytes) };
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const m = newMessage({ status, receivedAt, raw: content, mapped: content });
    await ledger.write(async (tx) => {
      await tx.insertMessage(m);
      await tx.addEvent(m.id, 'received', receivedAt);
    });
    ids.push(m.id);
  }
  return ids;
}
const sweep = (day: number): Promise<number> => {
  today = day;
  return destroyFinished({ ledger, clock, log: silentLog, region });
};
const kept = async (ids: readonly string[]): Promise<number> =>
  (await Promise.all(ids.map((id) => ledger.raw(id)))).filter((raw) => raw !== null).length;

test('contents go when their days are over, each status by its own rule, and the facts stay', async () => {
  const delivered = await arrived(0, 'delivered', 120);
  const refused = await arrived(0, 'refused', 3);
  const dead = await arrived(0, 'dead', 3);
  const untouched = [
    ...(await arrived(0, 'pending', 2)),
    ...(await arrived(0, 'parked', 2)),
    ...(await arrived(0, 'held', 2)),
  ];
  const seen: number[][] = [];
  for (const day of [9, 11, 29, 31, 59, 61, 400]) {
    await sweep(day);
    seen.push([await kept(refused), await kept(delivered), await kept(dead), await kept(untouched)]);
  }
  expect(seen).toEqual([
    [3, 120, 3, 6],
    [0, 120, 3, 6],
    [0, 120, 3, 6],
    [0, 0, 3, 6],
    [0, 0, 3, 6],
    [0, 0, 0, 6],
    [0, 0, 0, 6],
  ]);
  for (const id of [...delivered, ...refused, ...dead]) {
    expect((await ledger.message(id))?.contentHash).toBe(id);
    expect(await ledger.events(id)).toHaveLength(1);
  }
  expect(await ledger.reconciliation()).toMatchObject({ received: 132, balanced: true });
});

test('the file gives the space back', async () => {
  await arrived(500, 'delivered', 500, 40_000);
  await ledger.ready();
  const before = statSync(file).size + statSync(`${file}-wal`).size;
  expect(before).toBeGreaterThan(40_000_000);
  expect(await sweep(600)).toBe(500);
  await ledger.close();
  expect(statSync(file).size).toBeLessThan(before / 2);
  ledger = await openSqliteLedger({ file, key: Buffer.alloc(32, 7), clock });
  expect(await sweep(600)).toBe(0);
});
