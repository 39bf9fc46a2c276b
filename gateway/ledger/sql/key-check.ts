/** A ledger is bound to its key at its first opening: with another key every content would be lost and every patient a stranger. */
import { bytesOf } from './db.ts';
import type { Store } from './store.ts';

const CHECKED = 'the key that sealed this ledger';

export async function checkKey({ db, seal }: Pick<Store, 'db' | 'seal'>): Promise<void> {
  const expected = seal.hash(CHECKED);
  await db.run(
    "INSERT INTO setting (name, value) VALUES ('key-check', ?) ON CONFLICT DO NOTHING",
    Buffer.from(expected),
  );
  const found = await db.get<{ value: Uint8Array }>("SELECT value FROM setting WHERE name = 'key-check'");
  if (!found || bytesOf(found.value).toString() !== expected) {
    throw new Error('LEDGER_KEY is not the key this ledger was made with; give the original key');
  }
}
