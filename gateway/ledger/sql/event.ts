/** What happened to a message, in order. Details are ids and codes, never content. */
import type { EventName, LedgerEvent } from '../ledger.ts';
import { into } from './db.ts';
import { instant } from './instant.ts';
import type { Store } from './store.ts';

const PUT = into('event', ['message_seq', 'n', 'at', 'event', 'detail']);
const APPEND = `INSERT INTO event (message_seq, n, at, event, detail)
  VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM event WHERE message_seq = ?1), ?2, ?3, ?4)`;

/** Of a message of this unit (`id`) the events are known by number. */
export async function addEvent(
  { db, fresh }: Store,
  message: { readonly id: string; readonly seq: number },
  event: EventName,
  at: number,
  detail: string | null,
): Promise<void> {
  const own = fresh.get(message.id);
  if (!own) return db.change(APPEND, message.seq, at, event, detail);
  own.events += 1;
  await db.insert(PUT, message.seq, own.events, at, event, detail);
}

export async function findEvents({ db }: Store, messageId: string): Promise<readonly LedgerEvent[]> {
  const rows = await db.all<{ at: number; event: EventName; detail: string | null }>(
    `SELECT at, event, detail FROM event WHERE message_seq = (SELECT seq FROM message WHERE id = ?) ORDER BY n`,
    messageId,
  );
  return rows.map(({ at, event, detail }) => ({ at: instant(at), event, detail }));
}
