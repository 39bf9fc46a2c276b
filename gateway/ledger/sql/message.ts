/** The message row: what was accepted or refused, and what became of it. */
import type { Flow } from '../../regions/region.ts';
import type { Warning } from '../../../mappings/mapping.ts';
import type { Door, Instant, MessageStatus, NewMessage, Refused, StoredMessage, Tx } from '../ledger.ts';
import { bytesOf, into, type Value } from './db.ts';
import { putContent, replaceMapped } from './content.ts';
import { indexed, indexedOrNull } from './indexed.ts';
import { instant, instantOrNull, millis, millisOrNull } from './instant.ts';
import { insertMarks, thingHash } from './mark.ts';
import type { Store } from './store.ts';

export interface MessageRow {
  readonly seq: number;
  readonly id: string;
  readonly received_at: number;
  readonly source: string;
  readonly door: Door;
  readonly type: string | null;
  readonly control_id: string | null;
  readonly flow: Flow | null;
  readonly status: MessageStatus;
  readonly key: string | null;
  readonly content_hash: string;
  readonly notes: Uint8Array | ArrayBuffer | null;
  readonly mapping_id: string | null;
  readonly mapping_version: string | null;
  readonly patient: string | null;
  readonly ordered_at: number | null;
  readonly hold_until: number | null;
  readonly task: string | null;
}

/** Words said to the sender: kept sealed, since words may quote. */
interface Notes {
  readonly refusal: Refused | null;
  readonly warnings: readonly Warning[];
}

export function storedMessage({ seal }: Pick<Store, 'seal'>, row: MessageRow): StoredMessage {
  const notes = row.notes
    ? (JSON.parse(seal.open('notes', row.id, bytesOf(row.notes)).toString()) as Notes)
    : { refusal: null, warnings: [] };
  return {
    seq: row.seq,
    id: row.id,
    receivedAt: instant(row.received_at),
    source: row.source,
    door: row.door,
    type: row.type,
    controlId: row.control_id,
    flow: row.flow,
    status: row.status,
    key: row.key,
    contentHash: row.content_hash,
    refusal: notes.refusal,
    warnings: notes.warnings,
    mapping: row.mapping_id === null ? null : { id: row.mapping_id, version: row.mapping_version ?? '' },
    patient: row.patient,
    orderedAt: instantOrNull(row.ordered_at),
    holdUntil: instantOrNull(row.hold_until),
    task: row.task,
  };
}

const PUT = into(
  'message',
  [
    'id',
    'received_at',
    'source',
    'door',
    'type',
    'control_id',
    'flow',
    'status',
    'key',
    'content_hash',
    'notes',
    'mapping_id',
    'mapping_version',
    'patient',
    'ordered_at',
    'hold_until',
    'task',
  ],
  { numbered: true },
);

export async function insertMessage(store: Store, said: NewMessage): Promise<StoredMessage> {
  const message = {
    ...said,
    type: indexedOrNull(said.type),
    controlId: indexedOrNull(said.controlId),
    key: indexedOrNull(said.key),
  };
  const { refusal, warnings } = message;
  const notes =
    refusal || warnings.length > 0
      ? store.seal.seal('notes', message.id, Buffer.from(JSON.stringify({ refusal, warnings } satisfies Notes)))
      : null;
  const seq = await store.db.insert(
    PUT,
    message.id,
    millis(message.receivedAt),
    message.source,
    message.door,
    message.type,
    message.controlId,
    message.flow,
    message.status,
    message.key,
    message.contentHash,
    notes,
    message.mapping?.id ?? null,
    message.mapping?.version ?? null,
    message.patient,
    millisOrNull(message.orderedAt),
    millisOrNull(message.holdUntil),
    message.task,
  );
  const { patientKeys, things, raw, mapped, ...stored } = message;
  await insertMarks(store, seq, patientKeys, things);
  if (raw) await putContent(store, 'raw', seq, message.id, raw);
  if (mapped) await putContent(store, 'mapped', seq, message.id, mapped);
  store.fresh.set(message.id, { seq, status: message.status, hasMapped: mapped !== null, events: 0, deliveries: 0 });
  return { ...stored, seq };
}

export async function updateMessage(
  store: Store,
  id: string,
  change: Parameters<Tx['updateMessage']>[1],
): Promise<void> {
  const values: Record<string, Value> = {};
  if (change.status !== undefined) values['status'] = change.status;
  if (change.patient !== undefined) values['patient'] = change.patient;
  if (change.holdUntil !== undefined) values['hold_until'] = millisOrNull(change.holdUntil);
  if (change.mapping !== undefined) {
    values['mapping_id'] = change.mapping.id;
    values['mapping_version'] = change.mapping.version;
  }
  if (change.task !== undefined) values['task'] = change.task;
  const names = Object.keys(values);
  const seq = await seqOf(store, id);
  store.fresh.delete(id);
  if (names.length > 0) {
    const set = names.map((name) => `${name} = ?`).join(', ');
    await store.db.change(`UPDATE message SET ${set} WHERE seq = ?`, ...Object.values(values), seq);
  }
  if (change.mapped) await replaceMapped(store, seq, id, change.mapped);
}

/** Throws for an id nobody has: a caller that goes on would lose what it wanted to say. */
export async function seqOf({ db, fresh }: Store, id: string): Promise<number> {
  const seq = fresh.get(id)?.seq ?? (await db.get<{ seq: number }>('SELECT seq FROM message WHERE id = ?', id))?.seq;
  if (seq === undefined) throw new Error(`no message ${id}`);
  return seq;
}

async function one(store: Store, found: Promise<readonly MessageRow[]>): Promise<StoredMessage | null> {
  const [row] = await found;
  return row ? storedMessage(store, row) : null;
}

export function findMessage(store: Store, id: string): Promise<StoredMessage | null> {
  return one(store, store.db.all<MessageRow>('SELECT * FROM message WHERE id = ?', id));
}

export function holderOfKey(store: Store, source: string, said: string, since: Instant): Promise<StoredMessage | null> {
  const key = indexed(said);
  const sql = `SELECT * FROM message INDEXED BY message_key
    WHERE source = ? AND key = ? AND received_at >= ? AND status <> 'refused' ORDER BY seq DESC LIMIT 1`;
  const among = { table: 'message', column: 'key', value: key };
  return one(store, store.db.seek<MessageRow>(among, sql, source, key, millis(since)));
}

/** Only news of the same thing counts, and only accepted news. */
export function newerOnSameThing(store: Store, messageId: string): Promise<StoredMessage | null> {
  const sql = `SELECT m.* FROM mark mine CROSS JOIN mark other CROSS JOIN message m
    WHERE mine.message_seq = (SELECT seq FROM message WHERE id = ?) AND mine.kind = 'thing'
    AND other.hash = mine.hash AND other.message_seq > mine.message_seq
    AND m.seq = other.message_seq AND m.status <> 'refused' ORDER BY m.seq DESC LIMIT 1`;
  return one(store, store.db.all<MessageRow>(sql, messageId));
}

/** The newest accepted message of this flow about a thing. */
export function newestOnThing(store: Store, thing: string, flow: string): Promise<StoredMessage | null> {
  const sql = `SELECT m.* FROM mark k CROSS JOIN message m
    WHERE k.hash = ? AND k.kind = 'thing' AND m.seq = k.message_seq AND m.flow = ? AND m.status <> 'refused'
    ORDER BY m.seq DESC LIMIT 1`;
  return one(store, store.db.all<MessageRow>(sql, thingHash(store, thing), flow));
}
