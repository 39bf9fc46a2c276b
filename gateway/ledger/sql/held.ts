/** Messages that wait for an enrolment. `status || ''` keeps the planner from walking all that are held. */
import type { Instant, StoredMessage } from '../ledger.ts';
import { millis } from './instant.ts';
import { storedMessage } from './message.ts';
import type { MessageRow } from './message.ts';
import type { Store } from './store.ts';

export async function heldFor(store: Store, patient: string): Promise<readonly StoredMessage[]> {
  const rows = await store.db.all<MessageRow>(
    `SELECT * FROM message WHERE seq IN
       (SELECT k.message_seq FROM patient_key p CROSS JOIN mark k WHERE k.hash = p.hash AND p.patient = ?)
     AND status || '' = 'held' ORDER BY received_at, seq`,
    patient,
  );
  return rows.map((row) => storedMessage(store, row));
}

export async function holdExpiredBefore(store: Store, now: Instant, limit: number): Promise<readonly StoredMessage[]> {
  const rows = await store.db.all<MessageRow>(
    `SELECT * FROM message INDEXED BY message_hold WHERE status = 'held' AND hold_until <= ?
     ORDER BY hold_until, seq LIMIT ?`,
    millis(now),
    limit,
  );
  return rows.map((row) => storedMessage(store, row));
}
