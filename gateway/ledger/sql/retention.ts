/** Contents whose time is over. What happened stays: rows, events, hashes, and the codes of failures. */
import type { Finished, Instant, LastError } from '../ledger.ts';
import { bytesOf, marksFor } from './db.ts';
import { millis } from './instant.ts';
import { seqOf } from './message.ts';
import type { Store } from './store.ts';

/** The list stands there as in the index: only so does SQLite see that it holds these rows. */
const FINISHED = `
  SELECT m.seq FROM message m INDEXED BY message_kept
  WHERE m.kept = 1 AND m.status IN ('refused', 'delivered', 'dead', 'unrouted') AND m.status = ?1 AND m.received_at <= ?2
    AND NOT EXISTS (SELECT 1 FROM event e WHERE e.message_seq = m.seq AND e.at > ?2)
  ORDER BY m.received_at LIMIT ?3`;

/** Destroys the contents of up to `limit` messages of this status that nothing happened to since `before`; how many. */
export async function destroyFinished(store: Store, status: Finished, before: Instant, limit: number): Promise<number> {
  const rows = await store.db.all<{ seq: number }>(FINISHED, status, millis(before), limit);
  if (rows.length > 0)
    await destroyContents(
      store,
      rows.map(({ seq }) => seq),
    );
  return rows.length;
}

/** Throws when something of the message still has to be sent: what is queued is never destroyed. */
export async function destroyContent(store: Store, messageId: string): Promise<void> {
  const open = await store.db.get(
    `SELECT 1 AS open FROM delivery WHERE message_seq = (SELECT seq FROM message WHERE id = ?)
     AND status IN ('waiting', 'sending', 'retrying') LIMIT 1`,
    messageId,
  );
  if (open) throw new Error('content of a message with open deliveries cannot be destroyed');
  await destroyContents(store, [await seqOf(store, messageId)]);
}

/** None of these messages has anything left to send. */
async function destroyContents(store: Store, seqs: readonly number[]): Promise<void> {
  const { db } = store;
  const these = `(${marksFor(seqs)})`;
  await db.change(`DELETE FROM raw WHERE message_seq IN ${these}`, ...seqs);
  await db.change(`DELETE FROM mapped WHERE message_seq IN ${these}`, ...seqs);
  await db.change(
    `DELETE FROM body WHERE delivery_seq IN (SELECT seq FROM delivery WHERE message_seq IN ${these})`,
    ...seqs,
  );
  await forgetWords(store, seqs);
  await db.change(`UPDATE message SET kept = 0 WHERE seq IN ${these}`, ...seqs);
}

/** A receiver's words about a failure may quote the patient: class and code stay. */
async function forgetWords({ db, seal }: Store, seqs: readonly number[]): Promise<void> {
  const failed = await db.all<{ seq: number; id: string; last_error: Uint8Array | ArrayBuffer }>(
    `SELECT seq, id, last_error FROM delivery WHERE message_seq IN (${marksFor(seqs)}) AND last_error IS NOT NULL`,
    ...seqs,
  );
  for (const { seq, id, last_error } of failed) {
    const error = JSON.parse(seal.open('error', id, bytesOf(last_error)).toString()) as LastError;
    const kept: LastError = { ...error, text: '' };
    await db.change(
      'UPDATE delivery SET last_error = ? WHERE seq = ?',
      seal.seal('error', id, Buffer.from(JSON.stringify(kept))),
      seq,
    );
  }
}
