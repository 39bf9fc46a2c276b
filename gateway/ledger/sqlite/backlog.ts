/** What each destination still has to get. */
import type { DeliveryStatus, DestinationBacklog } from '../ledger.ts';
import { instantOrNull } from './instant.ts';
import type { Store } from './store.ts';

interface Count {
  readonly destination: string;
  readonly status: DeliveryStatus;
  readonly n: number;
  readonly last_at: number | null;
}

export function findBacklog({ db }: Store): readonly DestinationBacklog[] {
  const counts = db.all<Count>('SELECT * FROM backlog ORDER BY destination');
  return [...new Set(counts.map(({ destination }) => destination))].map((destination) => {
    const of = (status: DeliveryStatus) => counts.find((c) => c.destination === destination && c.status === status);
    const oldest = db.get<{ created_at: number }>(
      `SELECT created_at FROM delivery INDEXED BY delivery_open
       WHERE destination = ? AND status IN ('waiting', 'sending', 'retrying') ORDER BY seq LIMIT 1`,
      destination,
    );
    return {
      destination,
      waiting: of('waiting')?.n ?? 0,
      sending: of('sending')?.n ?? 0,
      retrying: of('retrying')?.n ?? 0,
      dead: of('dead')?.n ?? 0,
      oldestWaitingAt: instantOrNull(oldest?.created_at ?? null),
      lastDeliveredAt: instantOrNull(of('delivered')?.last_at ?? null),
    };
  });
}
