/** The end of an attempt: the delivery, its lane, its message's events and status, in one commit. */
import type { Breaker, EventName, Held, Settlement } from '../ledger.ts';
import type { DeliveryRow } from './delivery.ts';
import { findDelivery } from './delivery.ts';
import { teach } from './destination.ts';
import { addEvent } from './event.ts';
import { millis } from './instant.ts';
import { promoteNext, stepAside } from './lane.ts';
import { refreshStatus } from './status.ts';
import type { Store } from './store.ts';

const UPDATE = `UPDATE delivery SET status = ?, next_attempt_at = ?, last_error = ?, delivered_at = ?,
  response_status = ?, head = ?, lease_until = NULL WHERE seq = ?`;

const STATUS = { delivered: 'delivered', retry: 'retrying', dead: 'dead', parked: 'parked' } as const;
const EVENT = { delivered: 'delivered', retry: null, dead: 'dead', parked: 'parked' } as const satisfies Record<
  Settlement['outcome'],
  EventName | null
>;

/** Which delivery, and the code of its outcome: ids and codes only. */
function detail(row: DeliveryRow, settlement: Settlement): string {
  const code = settlement.outcome === 'delivered' ? settlement.responseStatus : settlement.error.code;
  return `${row.kind} to ${row.destination}${code === null ? '' : `: ${code}`}`;
}

/** False when the delivery was cancelled, or the attempt is not the newest: the result is ignored, the lane goes on. */
export async function settle(
  store: Store,
  { id, attempt }: Held,
  settlement: Settlement,
  breaker?: (now: Breaker) => Breaker,
): Promise<boolean> {
  const row = await findDelivery(store, id);
  if (!row) return false;
  if (breaker) await teach(store, row.destination, breaker);
  if (row.attempts !== attempt || row.head === 0) return false;
  if (row.status === 'cancelled') await stepAside(store, row);
  if (row.status !== 'sending') return false;
  await end(store, row, settlement);
  return true;
}

/** The outcome of the attempt under way. */
export async function end(store: Store, row: DeliveryRow, settlement: Settlement): Promise<void> {
  const at = millis(settlement.at);
  const event = EVENT[settlement.outcome];
  const error = settlement.outcome === 'delivered' ? null : settlement.error;
  await store.db.change(
    UPDATE,
    STATUS[settlement.outcome],
    settlement.outcome === 'retry' ? millis(settlement.nextAttemptAt) : null,
    error && store.seal.seal('error', row.id, Buffer.from(JSON.stringify(error))),
    settlement.outcome === 'delivered' ? at : null,
    settlement.responseStatus,
    event === null ? 1 : 0,
    row.seq,
  );
  const message = { id: row.message_id, seq: row.message_seq };
  await addEvent(store, message, 'attempted', at, detail(row, settlement));
  if (event) {
    await addEvent(store, message, event, at, detail(row, settlement));
    await promoteNext(store, row);
  }
  await refreshStatus(store, row.message_id);
}
