/** Messages that wait for an enrolment. */
import type { Instant, StoredMessage } from '../ledger.ts';
import { millis } from './instant.ts';
import { storedMessage } from './message.ts';
import type { MessageRow } from './message.ts';
import type { Store } from './store.ts';

export function heldFor(store: Store, patient: string): readonly StoredMessage[] {
  return store.db
    .all<MessageRow>(
      `SELECT * FROM message WHERE seq IN
         (SELECT k.message_seq FROM patient_key p CROSS JOIN mark k ON k.hash = p.hash WHERE p.patient = ?)
       AND +status = 'held' ORDER BY received_at, seq`,
      patient,
    )
    .map((row) => storedMessage(store, row));
}

export function holdExpiredBefore(store: Store, now: Instant, limit: number): readonly StoredMessage[] {
  return store.db
    .all<MessageRow>(
      `SELECT * FROM message INDEXED BY message_hold WHERE status = 'held' AND hold_until <= ?
       ORDER BY hold_until, seq LIMIT ?`,
      millis(now),
      limit,
    )
    .map((row) => storedMessage(store, row));
}
