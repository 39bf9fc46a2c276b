/** Delivers what the ledger holds: one loop per destination, so that one being down never slows another. */
import type { Clock } from '../../gateway/clock.ts';
import type { Ledger } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';
import type { RegionFile } from '../../gateway/regions/region.ts';

export interface DeliveryMetrics {
  /** One attempt ended. */
  attempted(destination: string, outcome: 'delivered' | 'retry' | 'dead', durationMs: number): void;
}

export interface DeliveryDeps {
  readonly ledger: Ledger;
  readonly region: RegionFile;
  /** The value of an environment variable the region file names. */
  readonly secrets: (envName: string) => string | undefined;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly metrics?: DeliveryMetrics;
}

export interface Delivery {
  /** Something may be due at this destination, or at any. */
  nudge(destination?: string): void;
  /** Takes nothing new, lets what is in flight end (bounded), then closes the connections. */
  stop(): Promise<void>;
}
