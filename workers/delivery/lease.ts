/**
 * Whose the attempts under way are, where several processes share the ledger. What is claimed is ours until a moment that
 * a heartbeat moves on; of a process that died the moment passes, and its work is taken over.
 */
import type { Clock } from '../../gateway/clock.ts';
import type { Held, Instant, Ledger } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';

export interface Leases {
  /** Until when what is claimed now is ours; null: the ledger is ours alone. */
  until(): Instant | null;
  /** `lost` is called when the attempt is somebody else's. To be ended by the returned function. */
  hold(held: Held, lost: () => void): () => void;
  stop(): void;
}

/** One process has the ledger to itself: nobody takes anything over. */
export const ALONE: Leases = { until: () => null, hold: () => () => undefined, stop: () => undefined };

export interface LeaseDeps {
  readonly ledger: Pick<Ledger, 'renew'>;
  readonly clock: Clock;
  readonly log: Log;
  /** A third of it passes between two heartbeats. */
  readonly leaseMs: number;
}

export function keepLeases({ ledger, clock, log, leaseMs }: LeaseDeps): Leases {
  const holding = new Map<Held, () => void>();
  const until = (): Instant => new Date(clock.now().getTime() + leaseMs).toISOString();
  let renewing = false;

  const renew = async (): Promise<void> => {
    const lost = await ledger.renew([...holding.keys()], until());
    for (const { id, attempt } of lost) {
      for (const [held, lose] of holding) {
        // One that was settled meanwhile is not held any more.
        if (held.id !== id || held.attempt !== attempt) continue;
        log.event('delivery.lease-lost', { deliveryId: id, attempts: attempt }, 'warn');
        lose();
      }
    }
  };
  const beat = (): void => {
    if (renewing || holding.size === 0) return;
    renewing = true;
    renew()
      .catch((error: unknown) => log.failure('delivery.renew-failed', error))
      .finally(() => {
        renewing = false;
      });
  };
  const timer = setInterval(beat, leaseMs / 3);
  return {
    until,
    hold: (held, lost) => {
      holding.set(held, lost);
      return () => void holding.delete(held);
    },
    stop: () => clearInterval(timer),
  };
}
