/** What each destination still has to get, and what of each source is open. */
import type { DeliveryStatus, DestinationBacklog } from '../ledger.ts';
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
