/** What happened to a message, in order. Details are ids and codes, never content. */
import type { EventName, LedgerEvent } from '../ledger.ts';
import { instant } from './instant.ts';
import type { Store } from './store.ts';

export function addEvent({ db }: Store, seq: number, event: EventName, at: number, detail: string | null): void {
  db.run(
    `INSERT INTO event (message_seq, n, at, event, detail)
     VALUES (?1, (SELECT ifnull(max(n), 0) + 1 FROM event WHERE message_seq = ?1), ?2, ?3, ?4)`,
    seq,
    at,
    event,
    detail,
  );
}

export function findEvents({ db }: Store, messageId: string): readonly LedgerEvent[] {
  return db
    .all<{ at: number; event: EventName; detail: string | null }>(
      `SELECT at, event, detail FROM event WHERE message_seq = (SELECT seq FROM message WHERE id = ?) ORDER BY n`,
      messageId,
    )
    .map(({ at, event, detail }) => ({ at: instant(at), event, detail }));
}
