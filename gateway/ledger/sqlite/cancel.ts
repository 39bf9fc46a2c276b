/** Cancelling what is not delivered yet: it takes effect at once, and the result of an attempt in flight is ignored. The events are the caller's to write. */
import type { DeliveryRow } from './delivery.ts';
import { stepAside } from './lane.ts';
import type { Store } from './store.ts';

type Row = Pick<DeliveryRow, 'seq' | 'id' | 'destination' | 'lane' | 'status' | 'head'>;

// One in flight keeps the head of its lane until its attempt is settled: the next may not overtake it on the wire.
function cancel(store: Store, rows: readonly Row[]): void {
  for (const row of rows) {
    store.db.run("UPDATE delivery SET status = 'cancelled', next_attempt_at = NULL WHERE seq = ?", row.seq);
  }
  for (const row of rows) {
    if (row.head === 1 && row.status !== 'sending') stepAside(store, row);
  }
}

export function cancelOpenDeliveries(store: Store, messageId: string): readonly string[] {
  const rows = store.db.all<Row>(
    `SELECT * FROM delivery WHERE message_seq = (SELECT seq FROM message WHERE id = ?)
     AND status IN ('waiting', 'sending', 'retrying', 'parked') ORDER BY seq`,
    messageId,
  );
  cancel(store, rows);
  return rows.map(({ id }) => id);
}

export function cancelLane(
  store: Store,
  destination: string,
  lane: string,
): readonly { readonly id: string; readonly messageId: string }[] {
  const rows = store.db.all<Row & { message_id: string }>(
    `SELECT d.*, m.id AS message_id FROM delivery d INDEXED BY delivery_lane CROSS JOIN message m ON m.seq = d.message_seq
     WHERE d.destination = ? AND d.lane = ? AND d.status IN ('waiting', 'sending', 'retrying', 'parked') ORDER BY d.seq`,
    destination,
    lane,
  );
  cancel(store, rows);
  return rows.map((row) => ({ id: row.id, messageId: row.message_id }));
}
