/** The delivery row: one thing to send to one destination. */
import type { Claimed, Content, DeliveryStatus, LastError, NewDelivery, StoredDelivery } from '../ledger.ts';
import { bytesOf } from './connection.ts';
import { findContent, putContent } from './content.ts';
import { noteDisclosed } from './disclosed.ts';
import { instant, instantOrNull, millis } from './instant.ts';
import { existing } from './message.ts';
import type { Store } from './store.ts';

export interface DeliveryRow {
  readonly seq: number;
  readonly id: string;
  readonly message_seq: number;
  readonly message_id: string;
  readonly kind: string;
  readonly destination: string;
  readonly lane: string;
  readonly status: DeliveryStatus;
  readonly head: number;
  readonly attempts: number;
  readonly created_at: number;
  readonly next_attempt_at: number | null;
  readonly last_error: Uint8Array | ArrayBuffer | null;
  readonly delivered_at: number | null;
  readonly response_status: number | null;
  readonly idempotency_key: string;
  readonly traceparent: string;
}

const SELECT = 'SELECT d.*, m.id AS message_id FROM delivery d JOIN message m ON m.seq = d.message_seq';

function storedDelivery({ seal }: Pick<Store, 'seal'>, row: DeliveryRow): StoredDelivery {
  return {
    id: row.id,
    seq: row.seq,
    messageId: row.message_id,
    kind: row.kind,
    destination: row.destination,
    lane: row.lane,
    status: row.status,
    attempts: row.attempts,
    createdAt: instant(row.created_at),
    nextAttemptAt: instantOrNull(row.next_attempt_at),
    lastError: row.last_error
      ? (JSON.parse(seal.open('error', row.id, bytesOf(row.last_error)).toString()) as LastError)
      : null,
    deliveredAt: instantOrNull(row.delivered_at),
    responseStatus: row.response_status,
  };
}

/** A delivery whose content was destroyed shows an empty body; such a delivery is never open. */
export function claimed(store: Store, row: DeliveryRow): Claimed {
  return {
    ...storedDelivery(store, row),
    idempotencyKey: row.idempotency_key,
    traceparent: row.traceparent,
    body: bodyOf(store, row) ?? { mediaType: 'application/octet-stream', bytes: new Uint8Array() },
  };
}

/** A delivery without a body of its own sends the message's mapped output. */
export const bodyOf = (store: Store, row: DeliveryRow): Content | null =>
  findContent(store, 'body', row.seq, row.id) ?? findContent(store, 'mapped', row.message_seq, row.message_id);

const INSERT = `INSERT INTO delivery
  (id, message_seq, kind, destination, lane, status, head, created_at, idempotency_key, traceparent)
  VALUES (?1, ?2, ?3, ?4, ?5, 'waiting',
    NOT EXISTS (SELECT 1 FROM delivery WHERE destination = ?4 AND lane = ?5 AND head = 1), ?6, ?7, ?8)`;

/**
 * Joins the end of its lane; alone in it, it is the head. What the same message failed to bring to this destination
 * before (dead, parked) is replaced by it, and no longer decides the message's status.
 */
export function insertDelivery(store: Store, delivery: NewDelivery): void {
  const message = existing(store, delivery.messageId);
  store.db.run(
    `UPDATE delivery SET replaced = 1 WHERE message_seq = ? AND destination = ? AND status IN ('dead', 'parked')`,
    message.seq,
    delivery.destination,
  );
  const seq = store.db.insert(
    INSERT,
    delivery.id,
    message.seq,
    delivery.kind,
    delivery.destination,
    delivery.lane,
    millis(delivery.createdAt),
    delivery.idempotencyKey,
    delivery.traceparent,
  );
  if (delivery.body !== 'mapped') putContent(store, 'body', seq, delivery.id, delivery.body);
  else if (!store.db.get('SELECT 1 FROM mapped WHERE message_seq = ?', message.seq))
    throw new Error('a message without mapped output has nothing to send');
  noteDisclosed(store, seq, delivery.destination, delivery.discloses ?? []);
}

export function findDelivery(store: Store, id: string): DeliveryRow | undefined {
  return store.db.get<DeliveryRow>(`${SELECT} WHERE d.id = ?`, id);
}

export function findDeliveries(store: Store, messageId: string): readonly StoredDelivery[] {
  return store.db
    .all<DeliveryRow>(
      `${SELECT} WHERE d.message_seq = (SELECT seq FROM message WHERE id = ?) ORDER BY d.seq`,
      messageId,
    )
    .map((row) => storedDelivery(store, row));
}
