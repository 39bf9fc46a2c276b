/**
 * Lanes: deliveries of one lane at one destination go one after the other. The first open one carries `head`; a unique
 * index allows one head per lane, and who is to be sent is found among the heads alone, however long the lanes are.
 */
import type { DeliveryRow } from './delivery.ts';
import type { Store } from './store.ts';

/** Takes the head from one that is done, and gives it to the next open one of its lane. */
export async function stepAside(store: Store, row: Pick<DeliveryRow, 'seq' | 'destination' | 'lane'>): Promise<void> {
  await store.db.change('UPDATE delivery SET head = 0, lease_until = NULL WHERE seq = ?', row.seq);
  await promoteNext(store, row);
}

export async function promoteNext({ db }: Store, row: Pick<DeliveryRow, 'destination' | 'lane'>): Promise<void> {
  await db.change(
    `UPDATE delivery SET head = 1 WHERE seq =
       (SELECT seq FROM delivery INDEXED BY delivery_lane WHERE destination = ? AND lane = ?
        AND status IN ('waiting', 'sending', 'retrying', 'parked') AND status <> 'parked' ORDER BY seq LIMIT 1)`,
    row.destination,
    row.lane,
  );
}
