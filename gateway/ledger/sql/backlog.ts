/** What each destination still has to get, and what of each source is open. */
import type { DeliveryStatus, DestinationBacklog, Reader } from '../ledger.ts';
import { instantOrNull } from './instant.ts';
import type { Store } from './store.ts';

interface Count {
  readonly destination: string;
  readonly status: DeliveryStatus;
  readonly n: number;
  readonly last_at: number | null;
}

const OLDEST = `SELECT created_at FROM delivery INDEXED BY delivery_open
  WHERE destination = ? AND status IN ('waiting', 'sending', 'retrying') ORDER BY seq LIMIT 1`;

/** Looked at so far: figures need no more, and a backlog of a million is not counted at every scrape. */
const MOST_LOOKED_AT = 20_000;
const LANES = `SELECT count(*) AS lanes, coalesce(max(n), 0) AS deepest FROM (
    SELECT count(*) AS n FROM (
      SELECT lane FROM delivery INDEXED BY delivery_lane
      WHERE destination = ? AND status IN ('waiting', 'sending', 'retrying', 'parked') AND status <> 'parked'
      ORDER BY lane LIMIT ${MOST_LOOKED_AT}) AS looked GROUP BY lane) AS counted`;

export async function findLanes({ db }: Store): ReturnType<Reader['lanes']> {
  const open = await db.all<{ destination: string }>(
    "SELECT DISTINCT destination FROM backlog WHERE status IN ('waiting', 'sending', 'retrying') AND n > 0 ORDER BY destination",
  );
  const found: { destination: string; lanes: number; deepest: number }[] = [];
  for (const { destination } of open) {
    const row = await db.get<{ lanes: number; deepest: number }>(LANES, destination);
    if (row) found.push({ destination, lanes: row.lanes, deepest: row.deepest });
  }
  return found;
}

/** Messages of each source that something is still open of. */
export async function findSourceBacklog({ db }: Store): Promise<ReadonlyMap<string, number>> {
  const rows = await db.all<{ source: string; n: number }>('SELECT source, n FROM source_backlog');
  return new Map(rows.map(({ source, n }) => [source, n]));
}

export async function findBacklog({ db }: Store): Promise<readonly DestinationBacklog[]> {
  const counts = await db.all<Count>('SELECT destination, status, n, last_at FROM backlog ORDER BY destination');
  const found: DestinationBacklog[] = [];
  for (const destination of new Set(counts.map((count) => count.destination))) {
    const of = (status: DeliveryStatus) => counts.find((c) => c.destination === destination && c.status === status);
    const oldest = await db.get<{ created_at: number }>(OLDEST, destination);
    found.push({
      destination,
      waiting: of('waiting')?.n ?? 0,
      sending: of('sending')?.n ?? 0,
      retrying: of('retrying')?.n ?? 0,
      dead: of('dead')?.n ?? 0,
      oldestWaitingAt: instantOrNull(oldest?.created_at ?? null),
      lastDeliveredAt: instantOrNull(of('delivered')?.last_at ?? null),
    });
  }
  return found;
}
