/** The newest delivery that told a destination of something. */
import type { Disclosed } from '../ledger.ts';
import { sentBy } from './content.ts';
import type { DeliveryRow } from './delivery.ts';
import { disclosedHash } from './disclosed.ts';
import { instant } from './instant.ts';
import type { Store } from './store.ts';

/** What was cancelled or never arrived disclosed nothing; what waits in line is on its way. */
const NEWEST = `SELECT d.*, m.id AS message_id FROM disclosed x
  JOIN delivery d ON d.seq = x.delivery_seq JOIN message m ON m.seq = d.message_seq
  WHERE x.hash = ? AND d.status IN ('waiting', 'sending', 'retrying', 'delivered')
  ORDER BY x.delivery_seq DESC LIMIT 1`;

export async function newestDisclosed(
  store: Store,
  destinations: readonly string[],
  name: string,
): Promise<Disclosed | null> {
  const rows: DeliveryRow[] = [];
  for (const destination of destinations) {
    const row = await store.db.get<DeliveryRow>(NEWEST, disclosedHash(store, destination, name));
    if (row) rows.push(row);
  }
  const [newest] = rows.sort((a, b) => b.seq - a.seq);
  if (newest === undefined) return null;
  const [body] = await sentBy(store, [newest]);
  return body == null ? null : { seq: newest.seq, at: instant(newest.created_at), body };
}
