/** Work that one process should do at a time: whoever takes the duty has it until then, and may take it anew before. */
import type { Instant } from '../ledger.ts';
import { millis } from './instant.ts';
import type { Store } from './store.ts';

const TAKE = `INSERT INTO duty (name, holder, until) VALUES (?1, ?2, ?3)
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE duty.holder = excluded.holder OR duty.until <= ?4`;

export async function takeDuty(
  { db }: Store,
  name: string,
  holder: string,
  now: Instant,
  until: Instant,
): Promise<boolean> {
  return (await db.run(TAKE, name, holder, millis(until), millis(now))) > 0;
}
