/** Contents, sealed, each beside its row: the raw and mapped bytes of a message, the body of a delivery. */
import type { Content } from '../ledger.ts';
import { bytesOf } from './connection.ts';
import type { Store } from './store.ts';

type Kind = 'raw' | 'mapped' | 'body';

const PUT = {
  raw: 'INSERT OR REPLACE INTO raw VALUES (?, ?, ?)',
  mapped: 'INSERT OR REPLACE INTO mapped VALUES (?, ?, ?)',
  body: 'INSERT INTO body VALUES (?, ?, ?)',
} as const;
const FIND = {
  raw: 'SELECT media_type, sealed FROM raw WHERE message_seq = (SELECT seq FROM message WHERE id = ?)',
  mapped: 'SELECT media_type, sealed FROM mapped WHERE message_seq = (SELECT seq FROM message WHERE id = ?)',
  body: 'SELECT media_type, sealed FROM body WHERE delivery_seq = (SELECT seq FROM delivery WHERE id = ?)',
} as const;

/** `seq` and `id` are those of the message, or of the delivery for a body. */
export function putContent({ db, seal }: Store, kind: Kind, seq: number, id: string, content: Content): void {
  db.run(PUT[kind], seq, content.mediaType, seal.seal(kind, id, content.bytes));
}

export function findContent({ db, seal }: Store, kind: Kind, id: string): Content | null {
  const row = db.get<{ media_type: string; sealed: Uint8Array }>(FIND[kind], id);
  return row ? { mediaType: row.media_type, bytes: seal.open(kind, id, bytesOf(row.sealed)) } : null;
}

/** Throws when something of the message still has to be sent: what is queued is never destroyed. */
export function destroyContent({ db }: Store, messageId: string): void {
  const open = db.get(
    `SELECT 1 FROM delivery WHERE message_seq = (SELECT seq FROM message WHERE id = ?)
     AND status IN ('waiting', 'sending', 'retrying') LIMIT 1`,
    messageId,
  );
  if (open) throw new Error('content of a message with open deliveries cannot be destroyed');
  db.run('DELETE FROM raw WHERE message_seq = (SELECT seq FROM message WHERE id = ?)', messageId);
  db.run('DELETE FROM mapped WHERE message_seq = (SELECT seq FROM message WHERE id = ?)', messageId);
  db.run(
    `DELETE FROM body WHERE delivery_seq IN
       (SELECT seq FROM delivery WHERE message_seq = (SELECT seq FROM message WHERE id = ?))`,
    messageId,
  );
}
