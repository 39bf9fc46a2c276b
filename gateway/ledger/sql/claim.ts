/** Taking deliveries for sending, within what the destination allows over all processes. */
import { stateOf } from '../breaker.ts';
import type { Claim, Claimed, ClaimRequest, Instant } from '../ledger.ts';
import { marksFor } from './db.ts';
import { claimed, type DeliveryRow } from './delivery.ts';
import { holdGate, keepBucket, type Gate } from './destination.ts';
import { instant, instantOrNull, millis, millisOrNull } from './instant.ts';
import { available, owed, refilled, untilNextMs } from './rate.ts';
import type { Store } from './store.ts';

/** Who claims there right now is done by then. */
const SOON_MS = 10;

/** All that is asked for nothing: most wake-ups find that there is nothing to take. */
const LOOK = `
  SELECT
    (SELECT 1 FROM delivery INDEXED BY delivery_ready
      WHERE destination = ?1 AND head = 1 AND status = 'waiting' LIMIT 1) AS ready,
    (SELECT min(next_attempt_at) FROM delivery INDEXED BY delivery_retry
      WHERE destination = ?1 AND head = 1 AND status = 'retrying') AS again,
    (SELECT 1 FROM delivery INDEXED BY delivery_under_way
      WHERE destination = ?1 AND head = 1 AND status IN ('sending', 'cancelled') LIMIT 1) AS busy,
    (SELECT paused_at FROM destination WHERE id = ?1) AS paused_at,
    (SELECT open_until FROM destination WHERE id = ?1) AS open_until`;

interface Look {
  readonly ready: number | null;
  readonly again: number | null;
  readonly busy: number | null;
  readonly paused_at: number | null;
  readonly open_until: number | null;
}

/** Whether a claim could give something, and if not, when to look again. */
export async function look(
  { db }: Store,
  { destination, now }: ClaimRequest,
): Promise<{ readonly worth: boolean; readonly next: Instant | null }> {
  const seen = await db.get<Look>(LOOK, destination);
  const not = (next: number | null) => ({ worth: false, next: instantOrNull(next) });
  if (!seen || seen.paused_at !== null) return not(null);
  const at = millis(now);
  if (seen.ready === null && (seen.again === null || seen.again > at)) return not(seen.again);
  if (seen.open_until !== null) {
    if (at < seen.open_until) return not(seen.open_until);
    if (seen.busy !== null) return not(null);
  }
  return { worth: true, next: now };
}

const DUE = `
  SELECT seq, due, fresh, (SELECT count(*) FROM delivery INDEXED BY delivery_under_way
    WHERE destination = ?1 AND head = 1 AND status IN ('sending', 'cancelled')) AS under_way FROM (
    SELECT seq, created_at AS due, 1 AS fresh FROM
      (SELECT seq, created_at FROM delivery INDEXED BY delivery_ready
       WHERE destination = ?1 AND head = 1 AND status = 'waiting' ORDER BY seq LIMIT ?3) AS ready
    UNION ALL
    SELECT seq, next_attempt_at AS due, 0 AS fresh FROM
      (SELECT seq, next_attempt_at FROM delivery INDEXED BY delivery_retry
       WHERE destination = ?1 AND head = 1 AND status = 'retrying' AND next_attempt_at <= ?2
       ORDER BY next_attempt_at, seq LIMIT ?3) AS again
  ) AS heads ORDER BY due, seq`;

interface Head {
  readonly seq: number;
  readonly due: number;
  readonly fresh: number;
  readonly under_way: number;
}

const take = (seqs: readonly number[]): string => `
  UPDATE delivery SET status = 'sending', attempts = attempts + 1, next_attempt_at = NULL, lease_until = ?
  WHERE seq IN (${marksFor(seqs)}) RETURNING *, (SELECT id FROM message WHERE message.seq = message_seq) AS message_id`;

/**
 * The probe of a half-open destination is by turns one that was not tried yet and one that was: neither a patient whose
 * message it cannot take, nor a fault that only first attempts meet, keeps it shut.
 */
function probe(heads: readonly Head[], openings: number): readonly Head[] {
  const wanted = heads.find(({ fresh }) => fresh === openings % 2) ?? heads[0];
  return wanted === undefined ? [] : [wanted];
}

function allowed(heads: readonly Head[], gate: Gate, { now, limit, concurrency }: ClaimRequest): readonly Head[] {
  const underWay = heads[0]?.under_way ?? 0;
  if (stateOf(gate.breaker, now) === 'half-open') return underWay > 0 ? [] : probe(heads, gate.breaker.openings);
  return heads.slice(0, Math.max(0, Math.min(limit, concurrency - underWay)));
}

export async function claim(store: Store, request: ClaimRequest): Promise<Claim> {
  const { destination, now, limit, ratePerSecond, leaseUntil } = request;
  const at = millis(now);
  const nothing = (next: number | null): Claim => ({ deliveries: [], next: instantOrNull(next) });
  const gate = await holdGate(store, destination);
  if (gate === null) return nothing(at + SOON_MS);
  if (gate.paused) return nothing(null);
  if (stateOf(gate.breaker, now) === 'open') return { deliveries: [], next: gate.breaker.openUntil };
  const full = refilled(gate.bucket, ratePerSecond, at);
  const extra = request.extraCalls ?? 0;
  const atMost = Math.min(limit, available({ tokens: full.tokens - extra, at: full.at }));
  const heads = atMost < 1 ? [] : await store.db.all<Head>(DUE, destination, at, atMost);
  // What waited for a destination to be well again is owed nothing: it is not met with a burst.
  const since = gate.breaker.openUntil === null ? heads[0]?.due : at;
  const { tokens } = owed(full, ratePerSecond, at - (since ?? at));
  const bucket = { tokens: tokens - extra, at: full.at };
  const most = Math.min(limit, available(bucket));
  const going = allowed(heads, gate, { ...request, limit: most });
  const left = { tokens: bucket.tokens - going.length, at: bucket.at };
  const called = going.length + extra > 0;
  if (called || full.at < (gate.bucket?.at ?? 0)) await keepBucket(store, destination, left);
  const deliveries = await taken(store, going, leaseUntil);
  if (going.length < most)
    return { deliveries, next: going.length < heads.length ? null : await nextRetry(store, request) };
  return { deliveries, next: instant(at + untilNextMs(left, ratePerSecond)) };
}

async function taken(store: Store, heads: readonly Head[], leaseUntil: Instant | null): Promise<readonly Claimed[]> {
  const seqs = heads.map(({ seq }) => seq);
  if (seqs.length === 0) return [];
  const rows = await store.db.all<DeliveryRow>(take(seqs), millisOrNull(leaseUntil), ...seqs);
  const inOrder = seqs.flatMap((seq) => rows.find((row) => row.seq === seq) ?? []);
  return claimed(store, inOrder);
}

async function nextRetry({ db }: Store, { destination }: ClaimRequest): Promise<Instant | null> {
  const found = await db.get<{ at: number | null }>(
    `SELECT min(next_attempt_at) AS at FROM delivery INDEXED BY delivery_retry
     WHERE destination = ? AND head = 1 AND status = 'retrying'`,
    destination,
  );
  return instantOrNull(found?.at ?? null);
}
