/**
 * Lanes: deliveries of one lane at one destination go one after the other. The first open one carries `head`; a unique
 * index allows one head per lane, and who is to be sent is found among the heads alone, however long the lanes are.
 */
import type { Claimed, Instant } from '../ledger.ts';
import { claimed } from './delivery.ts';
import type { DeliveryRow } from './delivery.ts';
import { instant, millis } from './instant.ts';
import type { Store } from './store.ts';

const DUE = `
  SELECT seq FROM (
    SELECT seq, created_at AS due FROM
      (SELECT seq, created_at FROM delivery INDEXED BY delivery_ready
       WHERE destination = ?1 AND head = 1 AND status = 'waiting' ORDER BY seq LIMIT ?3) AS ready
    UNION ALL
    SELECT seq, next_attempt_at AS due FROM
      (SELECT seq, next_attempt_at FROM delivery INDEXED BY delivery_retry
       WHERE destination = ?1 AND head = 1 AND status = 'retrying' AND next_attempt_at <= ?2
       ORDER BY next_attempt_at, seq LIMIT ?3) AS again
  ) AS heads ORDER BY due, seq LIMIT ?3`;

const TAKE = `UPDATE delivery SET status = 'sending', next_attempt_at = NULL WHERE seq = ?
  RETURNING *, (SELECT id FROM message WHERE seq = message_seq) AS message_id`;

export async function due({ db }: Store, destination: string, now: Instant, limit: number): Promise<readonly number[]> {
  return (await db.all<{ seq: number }>(DUE, destination, millis(now), limit)).map(({ seq }) => seq);
}

export async function claim(
  store: Store,
  destination: string,
  now: Instant,
  limit: number,
): Promise<readonly Claimed[]> {
  const taken: Claimed[] = [];
  for (const seq of await due(store, destination, now, limit)) {
    const row = await store.db.get<DeliveryRow>(TAKE, seq);
    if (row) taken.push(await claimed(store, row));
  }
  return taken;
}

/** Takes the head from one that is done, and gives it to the next open one of its lane. */
export async function stepAside(store: Store, row: Pick<DeliveryRow, 'seq' | 'destination' | 'lane'>): Promise<void> {
  await store.db.change('UPDATE delivery SET head = 0 WHERE seq = ?', row.seq);
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

const NEXT = `
  SELECT min(due) AS due FROM (
    SELECT min(created_at) AS due FROM
      (SELECT created_at FROM delivery INDEXED BY delivery_ready
       WHERE destination = ?1 AND head = 1 AND status = 'waiting' ORDER BY seq LIMIT 1) AS ready
    UNION ALL
    SELECT min(next_attempt_at) FROM delivery INDEXED BY delivery_retry
      WHERE destination = ?1 AND head = 1 AND status = 'retrying') AS heads`;

export async function nextDue({ db }: Store, destination: string): Promise<Instant | null> {
  const row = await db.get<{ due: number | null }>(NEXT, destination);
  return row?.due == null ? null : instant(row.due);
}

/** What was in flight when the process ended: sent again if it is still wanted, else it makes room. */
export async function recover(store: Store): Promise<number> {
  const rows = await store.db.all<Pick<DeliveryRow, 'seq' | 'destination' | 'lane' | 'status'>>(
    `SELECT seq, destination, lane, status FROM delivery INDEXED BY delivery_in_flight
     WHERE head = 1 AND status IN ('sending', 'cancelled') ORDER BY seq`,
  );
  for (const row of rows) {
    if (row.status === 'cancelled') await stepAside(store, row);
    else await store.db.change("UPDATE delivery SET status = 'waiting', next_attempt_at = NULL WHERE seq = ?", row.seq);
  }
  return rows.filter(({ status }) => status === 'sending').length;
}
