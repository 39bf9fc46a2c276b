/** Contents, sealed, each beside its row: the raw and mapped bytes of a message, the body of a delivery. */
import type { Content, Sealed as SealedContent } from '../ledger.ts';
import { bytesOf, into, marksFor } from './db.ts';
import type { Store } from './store.ts';

type Kind = 'raw' | 'mapped' | 'body';

const PUT = {
  raw: into('raw', ['message_seq', 'media_type', 'sealed']),
  mapped: into('mapped', ['message_seq', 'media_type', 'sealed']),
  body: into('body', ['delivery_seq', 'media_type', 'sealed']),
} as const;
const REPLACE_MAPPED = `INSERT INTO mapped (message_seq, media_type, sealed) VALUES (?, ?, ?)
  ON CONFLICT (message_seq) DO UPDATE SET media_type = excluded.media_type, sealed = excluded.sealed`;
const FIND = {
  raw: 'SELECT media_type, sealed FROM raw WHERE message_seq = (SELECT seq FROM message WHERE id = ?)',
  mapped: 'SELECT media_type, sealed FROM mapped WHERE message_seq = (SELECT seq FROM message WHERE id = ?)',
} as const;
/** One statement, so that a body of its own made meanwhile is not missed. */
const findSent = (of: readonly unknown[]): string => `
  SELECT 'body' AS kind, delivery_seq AS seq, media_type, sealed FROM body WHERE delivery_seq IN (${marksFor(of)})
  UNION ALL
  SELECT 'mapped', message_seq, media_type, sealed FROM mapped WHERE message_seq IN (${marksFor(of)})`;

interface Sealed {
  readonly media_type: string;
  readonly sealed: Uint8Array | ArrayBuffer;
}

const opened = ({ seal }: Store, kind: Kind, id: string, row: Sealed): Content => ({
  mediaType: row.media_type,
  bytes: seal.open(kind, id, bytesOf(row.sealed)),
});

/** `seq` and `id` are those of the message, or of the delivery for a body; each has none yet. */
export async function putContent(
  store: Store,
  kind: Kind,
  seq: number,
  id: string,
  content: Content | SealedContent,
): Promise<void> {
  const sealed = 'sealed' in content ? content.sealed : store.seal.seal(kind, id, content.bytes);
  await store.db.insert(PUT[kind], seq, content.mediaType, sealed);
}

export async function contentOfMessage(store: Store, kind: 'raw' | 'mapped', id: string): Promise<Content | null> {
  const row = await store.db.get<Sealed>(FIND[kind], id);
  return row ? opened(store, kind, id, row) : null;
}

interface Sent {
  readonly seq: number;
  readonly id: string;
  readonly message_seq: number;
  readonly message_id: string;
}

/** What each of these deliveries sends: its own body, else the message's mapped output; null once destroyed. */
export async function sentBy(store: Store, deliveries: readonly Sent[]): Promise<readonly (Content | null)[]> {
  const rows = await store.db.all<Sealed & { kind: Kind; seq: number }>(
    findSent(deliveries),
    ...deliveries.map(({ seq }) => seq),
    ...deliveries.map(({ message_seq: seq }) => seq),
  );
  return deliveries.map((delivery) => {
    const own = rows.find(({ kind, seq }) => kind === 'body' && seq === delivery.seq);
    if (own) return opened(store, 'body', delivery.id, own);
    const mapped = rows.find(({ kind, seq }) => kind === 'mapped' && seq === delivery.message_seq);
    return mapped ? opened(store, 'mapped', delivery.message_id, mapped) : null;
  });
}

/** The deliveries that send the message's mapped output get it as a body of their own; then it is changed. */
export async function replaceMapped(store: Store, seq: number, id: string, content: Content): Promise<void> {
  const without = await store.db.all<{ seq: number; id: string }>(
    `SELECT seq, id FROM delivery WHERE message_seq = ? AND NOT EXISTS (SELECT 1 FROM body WHERE delivery_seq = seq)`,
    seq,
  );
  const mapped = without.length > 0 ? await contentOfMessage(store, 'mapped', id) : null;
  if (mapped) for (const delivery of without) await putContent(store, 'body', delivery.seq, delivery.id, mapped);
  await store.db.change(REPLACE_MAPPED, seq, content.mediaType, store.seal.seal('mapped', id, content.bytes));
}
