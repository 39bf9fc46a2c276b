/** A ledger is bound to its key at its first opening: with another key every content would be lost and every patient a stranger. */
import type { Store } from './store.ts';

const CHECKED = 'the key that sealed this ledger';

export function checkKey({ db, seal }: Store): void {
  const found = db.get<{ value: Uint8Array }>("SELECT value FROM setting WHERE name = 'key-check'");
  const expected = seal.hash(CHECKED);
  if (!found) {
    db.run("INSERT INTO setting VALUES ('key-check', ?)", Buffer.from(expected));
  } else if (Buffer.from(found.value).toString() !== expected) {
    throw new Error('LEDGER_KEY is not the key this ledger was made with; give the original key');
  }
}
