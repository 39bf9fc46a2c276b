/** What a sweep works with. */
import type { Clock } from '../../gateway/clock.ts';
import type { Ledger } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';
import type { RegionFile } from '../../gateway/regions/region.ts';

export interface SweepDeps {
  readonly ledger: Pick<
    Ledger,
    | 'write'
    | 'takeDuty'
    | 'giveBack'
    | 'reconciliation'
    | 'backlog'
    | 'destinations'
    | 'sourceBacklog'
    | 'alarms'
    | 'alarmNotices'
  >;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: Pick<RegionFile, 'id' | 'retention' | 'alarms' | 'sources' | 'destinations'>;
  /** The value of an environment variable the region file names. */
  readonly secrets: (envName: string) => string | undefined;
  /** Names this process among those that share the ledger. */
  readonly holder: string;
  readonly everyMs: number;
  /** Called after every sweep: what fell due by the clock alone is looked at again. */
  readonly nudge?: () => void;
}
