/** The message row: what was accepted or refused, and what became of it. */
import type { Flow } from '../../regions/region.ts';
import type { Warning } from '../../../mappings/mapping.ts';
import type { Door, Instant, MessageStatus, NewMessage, Refused, StoredMessage, Tx } from '../ledger.ts';
import { bytesOf } from './connection.ts';
import type { Value } from './connection.ts';
import { keepMappedOfDeliveries, putContent } from './content.ts';
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

const INSERT = `INSERT INTO message
  (id, received_at, source, door, type, control_id, flow, status, key, content_hash, notes,
   mapping_id, mapping_version, patient, ordered_at, hold_until, task)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function insertMessage(store: Store, message: NewMessage): StoredMessage {
  const { refusal, warnings } = message;
  const notes =
    refusal || warnings.length > 0
      ? store.seal.seal('notes', message.id, Buffer.from(JSON.stringify({ refusal, warnings } satisfies Notes)))
      : null;
  const seq = store.db.insert(
    INSERT,
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
  insertMarks(store, seq, patientKeys, things);
  if (raw) putContent(store, 'raw', seq, message.id, raw);
  if (mapped) putContent(store, 'mapped', seq, message.id, mapped);
  return { ...stored, seq };
}

export function updateMessage(store: Store, id: string, change: Parameters<Tx['updateMessage']>[1]): void {
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
  const { seq } = existing(store, id);
  if (names.length > 0) {
    const set = names.map((name) => `${name} = ?`).join(', ');
    store.db.run(`UPDATE message SET ${set} WHERE seq = ?`, ...Object.values(values), seq);
  }
  if (change.mapped) {
    keepMappedOfDeliveries(store, seq, id);
    putContent(store, 'mapped', seq, id, change.mapped);
  }
}

/** Throws for an id nobody has: a caller that goes on would lose what it wanted to say. */
export function existing({ db }: Store, id: string): { readonly seq: number; readonly status: MessageStatus } {
  const row = db.get<{ seq: number; status: MessageStatus }>('SELECT seq, status FROM message WHERE id = ?', id);
  if (!row) throw new Error(`no message ${id}`);
  return row;
}

export function findMessage(store: Store, id: string): StoredMessage | null {
  const row = store.db.get<MessageRow>('SELECT * FROM message WHERE id = ?', id);
  return row ? storedMessage(store, row) : null;
}

export function holderOfKey(store: Store, source: string, key: string, since: Instant): StoredMessage | null {
  const row = store.db.get<MessageRow>(
    `SELECT * FROM message INDEXED BY message_key WHERE source = ? AND key = ? AND received_at >= ? AND status <> 'refused'
     ORDER BY seq DESC LIMIT 1`,
    source,
    key,
    millis(since),
  );
  return row ? storedMessage(store, row) : null;
}

/** Only news of the same thing counts, and only accepted news. */
export function newerOnSameThing(store: Store, messageId: string): StoredMessage | null {
  const row = store.db.get<MessageRow>(
    `SELECT m.* FROM mark mine
     CROSS JOIN mark other ON other.hash = mine.hash AND other.message_seq > mine.message_seq
     CROSS JOIN message m ON m.seq = other.message_seq
     WHERE mine.message_seq = (SELECT seq FROM message WHERE id = ?) AND mine.kind = 'thing' AND m.status <> 'refused'
     ORDER BY m.seq DESC LIMIT 1`,
    messageId,
  );
  return row ? storedMessage(store, row) : null;
}

/** The newest accepted message of this flow about a thing. */
export function newestOnThing(store: Store, thing: string, flow: string): StoredMessage | null {
  const row = store.db.get<MessageRow>(
    `SELECT m.* FROM mark k CROSS JOIN message m ON m.seq = k.message_seq
     WHERE k.hash = ? AND k.kind = 'thing' AND m.flow = ? AND m.status <> 'refused' ORDER BY m.seq DESC LIMIT 1`,
    thingHash(store, thing),
    flow,
  );
  return row ? storedMessage(store, row) : null;
}
