/** Whose an attempt under way is: leases are moved by who lives, and what nobody holds any more is taken back. */
import type { Held, Instant, Recovery } from '../ledger.ts';
import type { DeliveryRow } from './delivery.ts';
import { millis } from './instant.ts';
import { stepAside } from './lane.ts';
import { end } from './settle.ts';
import type { Store } from './store.ts';

const RENEW = `UPDATE delivery SET lease_until = ?
  WHERE id = ? AND attempts = ? AND head = 1 AND status IN ('sending', 'cancelled')`;

export async function renew({ db }: Store, held: readonly Held[], leaseUntil: Instant): Promise<readonly Held[]> {
  const lost: Held[] = [];
  for (const one of held) {
    if ((await db.run(RENEW, millis(leaseUntil), one.id, one.attempt)) === 0) lost.push(one);
  }
  return lost;
}

const UNDER_WAY = `SELECT d.*, m.id AS message_id FROM delivery d INDEXED BY delivery_under_way
  CROSS JOIN message m WHERE m.seq = d.message_seq AND d.head = 1 AND d.status IN ('sending', 'cancelled')`;

const BACK = `UPDATE delivery SET status = 'waiting', next_attempt_at = NULL, lease_until = NULL WHERE seq = ?`;

export async function recover(
  store: Store,
  { now, all, unrepeatable, error }: Recovery,
): Promise<{ readonly waiting: number; readonly parked: number }> {
  const rows = all
    ? await store.db.all<DeliveryRow>(`${UNDER_WAY} ORDER BY d.seq`)
    : await store.db.all<DeliveryRow>(`${UNDER_WAY} AND d.lease_until <= ? ORDER BY d.seq`, millis(now));
  const counted = { waiting: 0, parked: 0 };
  for (const row of rows) {
    if (row.status === 'cancelled') await stepAside(store, row);
    else if (unrepeatable.includes(row.destination)) {
      await end(store, row, { outcome: 'parked', at: now, error, responseStatus: null });
      counted.parked += 1;
    } else {
      await store.db.change(BACK, row.seq);
      counted.waiting += 1;
    }
  }
  return counted;
}
