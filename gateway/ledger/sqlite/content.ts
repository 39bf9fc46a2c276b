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
  raw: 'SELECT media_type, sealed FROM raw WHERE message_seq = ?',
  mapped: 'SELECT media_type, sealed FROM mapped WHERE message_seq = ?',
  body: 'SELECT media_type, sealed FROM body WHERE delivery_seq = ?',
} as const;

/** `seq` and `id` are those of the message, or of the delivery for a body. */
export function putContent({ db, seal }: Store, kind: Kind, seq: number, id: string, content: Content): void {
  db.run(PUT[kind], seq, content.mediaType, seal.seal(kind, id, content.bytes));
}

export function findContent({ db, seal }: Store, kind: Kind, seq: number, id: string): Content | null {
  const row = db.get<{ media_type: string; sealed: Uint8Array }>(FIND[kind], seq);
  return row ? { mediaType: row.media_type, bytes: seal.open(kind, id, bytesOf(row.sealed)) } : null;
}

export function contentOfMessage(store: Store, kind: 'raw' | 'mapped', id: string): Content | null {
  const row = store.db.get<{ seq: number }>('SELECT seq FROM message WHERE id = ?', id);
  return row ? findContent(store, kind, row.seq, id) : null;
}

/** The deliveries that send the message's mapped output get it as a body of their own, so that it can be changed. */
export function keepMappedOfDeliveries(store: Store, messageSeq: number, messageId: string): void {
  const without = store.db.all<{ seq: number; id: string }>(
    `SELECT seq, id FROM delivery WHERE message_seq = ? AND NOT EXISTS (SELECT 1 FROM body WHERE delivery_seq = seq)`,
    messageSeq,
  );
  const mapped = without.length > 0 ? findContent(store, 'mapped', messageSeq, messageId) : null;
  if (mapped) for (const { seq, id } of without) putContent(store, 'body', seq, id, mapped);
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
