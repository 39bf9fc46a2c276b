/** What all processes agree on about a destination: paused or not, its breaker, its rate. */
import { CLOSED } from '../breaker.ts';
import type { Breaker, DestinationState, Instant } from '../ledger.ts';
import { into } from './db.ts';
import { instantOrNull, millis, millisOrNull } from './instant.ts';
import type { Bucket } from './rate.ts';
import type { Store } from './store.ts';

interface Row {
  readonly id: string;
  readonly paused_at: number | null;
  readonly failures: number;
  readonly failing_lane: string | null;
  readonly openings: number;
  readonly open_until: number | null;
  readonly tokens: number | null;
  readonly tokens_at: number | null;
}

const COLUMNS = 'id, paused_at, failures, failing_lane, openings, open_until, tokens, tokens_at';
const PUT = into('destination', ['id'], { again: 'ignored' });
const FIND = `SELECT ${COLUMNS} FROM destination WHERE id = ?`;

const breakerOf = (row: Row | undefined): Breaker =>
  row === undefined
    ? CLOSED
    : {
        failures: row.failures,
        lane: row.failing_lane,
        openings: row.openings,
        openUntil: instantOrNull(row.open_until),
      };

export async function findDestinations({ db }: Store): Promise<readonly DestinationState[]> {
  const rows = await db.all<Row>(`SELECT ${COLUMNS} FROM destination ORDER BY id`);
  return rows.map((row) => ({
    destination: row.id,
    pausedAt: instantOrNull(row.paused_at),
    breaker: breakerOf(row),
  }));
}

/** Its limits, held until the commit: nobody else claims there meanwhile. */
export interface Gate {
  readonly paused: boolean;
  readonly breaker: Breaker;
  readonly bucket: Bucket | null;
}

/** Null when another process is claiming there at this moment; to wait for it could be to wait for each other. */
export async function holdGate({ db }: Store, id: string): Promise<Gate | null> {
  const find = (): Promise<Row | undefined> => db.get<Row>(`${FIND} FOR UPDATE SKIP LOCKED`, id);
  let row = await find();
  if (row === undefined) {
    await db.insert(PUT, id);
    row = await find();
  }
  if (row === undefined) return null;
  const { tokens, tokens_at: at } = row;
  return {
    paused: row.paused_at !== null,
    breaker: breakerOf(row),
    bucket: tokens === null || at === null ? null : { tokens, at },
  };
}

export async function keepBucket({ db }: Store, id: string, { tokens, at }: Bucket): Promise<void> {
  await db.change('UPDATE destination SET tokens = ?, tokens_at = ? WHERE id = ?', tokens, at, id);
}

/** Most attempts go well at a healthy destination and change nothing: they only look. */
export async function teach({ db }: Store, id: string, lesson: (now: Breaker) => Breaker): Promise<void> {
  const seen = breakerOf(await db.get<Row>(FIND, id));
  if (lesson(seen) === seen) return;
  await db.insert(PUT, id);
  const now = breakerOf(await db.get<Row>(`${FIND} FOR UPDATE`, id));
  const next = lesson(now);
  await db.change(
    'UPDATE destination SET failures = ?, failing_lane = ?, openings = ?, open_until = ? WHERE id = ?',
    next.failures,
    next.lane,
    next.openings,
    millisOrNull(next.openUntil),
    id,
  );
}

export async function pause({ db }: Store, id: string, at: Instant): Promise<void> {
  await db.insert(PUT, id);
  await db.change('UPDATE destination SET paused_at = coalesce(paused_at, ?) WHERE id = ?', millis(at), id);
}

/** Returns the id of the first that may go now; null when none waits. */
export async function resume({ db }: Store, id: string): Promise<string | null> {
  await db.change('UPDATE destination SET paused_at = NULL WHERE id = ?', id);
  const first = await db.get<{ id: string }>(
    `SELECT id FROM delivery INDEXED BY delivery_ready
     WHERE destination = ? AND head = 1 AND status = 'waiting' ORDER BY seq LIMIT 1`,
    id,
  );
  return first?.id ?? null;
}
