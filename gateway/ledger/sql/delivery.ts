/** The delivery row: one thing to send to one destination. */
import type { Claimed, DeliveryStatus, LastError, NewDelivery, StoredDelivery } from '../ledger.ts';
import { bytesOf, into } from './db.ts';
import { putContent, sentBy } from './content.ts';
import { noteDisclosed } from './disclosed.ts';
import { instant, instantOrNull, millis } from './instant.ts';
import { seqOf } from './message.ts';
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

const DESTROYED = { mediaType: 'application/octet-stream', bytes: new Uint8Array() };

/** A delivery whose content was destroyed shows an empty body; such a delivery is never open. */
export async function claimed(store: Store, rows: readonly DeliveryRow[]): Promise<readonly Claimed[]> {
  const sent = await sentBy(store, rows);
  return rows.map((row, n) => ({
    ...storedDelivery(store, row),
    idempotencyKey: row.idempotency_key,
    traceparent: row.traceparent,
    body: sent[n] ?? DESTROYED,
  }));
}

const PUT = into(
  'delivery',
  [
    'id',
    'message_seq',
    'kind',
    'destination',
    'lane',
    'status',
    'head',
    'created_at',
    'idempotency_key',
    'traceparent',
  ],
  { numbered: true },
);
const HEAD = 'SELECT 1 AS head FROM delivery WHERE destination = ? AND lane = ? AND head = 1';
const HAS_MAPPED = 'SELECT 1 AS mapped FROM mapped WHERE message_seq = ?';
const REPLACED = `UPDATE delivery SET replaced = 1
  WHERE message_seq = ? AND destination = ? AND status IN ('dead', 'parked')`;

/**
 * Joins the end of its lane; alone in it, it is the head. What the same message failed to bring to this destination
 * before (dead, parked) is replaced by it, and no longer decides the message's status. True when it is the head.
 */
export async function insertDelivery(store: Store, delivery: NewDelivery): Promise<boolean> {
  const { db } = store;
  const { destination, lane, body } = delivery;
  const fresh = store.fresh.get(delivery.messageId);
  const messageSeq = fresh?.seq ?? (await seqOf(store, delivery.messageId));
  if (!fresh) await db.change(REPLACED, messageSeq, destination);
  const hasMapped = fresh?.hasMapped ?? (body === 'mapped' && (await db.get(HAS_MAPPED, messageSeq)) !== undefined);
  if (body === 'mapped' && !hasMapped) throw new Error('a message without mapped output has nothing to send');
  const [head] = await db.seek({ table: 'delivery', column: 'lane', value: lane }, HEAD, destination, lane);
  const seq = await db.insert(
    PUT,
    delivery.id,
    messageSeq,
    delivery.kind,
    destination,
    lane,
    'waiting',
    head === undefined ? 1 : 0,
    millis(delivery.createdAt),
    delivery.idempotencyKey,
    delivery.traceparent,
  );
  if (body !== 'mapped') await putContent(store, 'body', seq, delivery.id, body);
  await noteDisclosed(store, seq, destination, delivery.discloses ?? []);
  if (fresh) fresh.deliveries += 1;
  return head === undefined;
}

export function findDelivery(store: Store, id: string): Promise<DeliveryRow | undefined> {
  return store.db.get<DeliveryRow>(`${SELECT} WHERE d.id = ?`, id);
}

export async function findDeliveries(store: Store, messageId: string): Promise<readonly StoredDelivery[]> {
  const rows = await store.db.all<DeliveryRow>(
    `${SELECT} WHERE d.message_seq = (SELECT seq FROM message WHERE id = ?) ORDER BY d.seq`,
    messageId,
  );
  return rows.map((row) => storedDelivery(store, row));
}
