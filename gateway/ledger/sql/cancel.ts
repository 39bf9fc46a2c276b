/** Cancelling what is not delivered yet: it takes effect at once, and the result of an attempt in flight is ignored. The events are the caller's to write. */
import type { DeliveryRow } from './delivery.ts';
import { stepAside } from './lane.ts';
import type { Store } from './store.ts';

type Row = Pick<DeliveryRow, 'seq' | 'id' | 'destination' | 'lane' | 'status' | 'head'>;

// One in flight keeps the head of its lane until its attempt is settled: the next may not overtake it on the wire.
async function cancel(store: Store, rows: readonly Row[]): Promise<void> {
  store.fresh.clear();
  for (const row of rows) {
    await store.db.change("UPDATE delivery SET status = 'cancelled', next_attempt_at = NULL WHERE seq = ?", row.seq);
  }
  for (const row of rows) {
    if (row.head === 1 && row.status !== 'sending') await stepAside(store, row);
  }
}

export async function cancelOpenDeliveries(store: Store, messageId: string): Promise<readonly Row[]> {
  const rows = await store.db.all<Row>(
    `SELECT seq, id, destination, lane, status, head FROM delivery
     WHERE message_seq = (SELECT seq FROM message WHERE id = ?)
     AND status IN ('waiting', 'sending', 'retrying', 'parked') ORDER BY seq`,
    messageId,
  );
  await cancel(store, rows);
  return rows;
}

export async function cancelLane(
  store: Store,
  destination: string,
  lane: string,
): Promise<readonly { readonly id: string; readonly messageId: string }[]> {
  const rows = await store.db.all<Row & { message_id: string }>(
    `SELECT d.seq, d.id, d.destination, d.lane, d.status, d.head, m.id AS message_id
     FROM delivery d INDEXED BY delivery_lane CROSS JOIN message m WHERE m.seq = d.message_seq
     AND d.destination = ? AND d.lane = ? AND d.status IN ('waiting', 'sending', 'retrying', 'parked') ORDER BY d.seq`,
    destination,
    lane,
  );
  await cancel(store, rows);
  return rows.map((row) => ({ id: row.id, messageId: row.message_id }));
}
