/** What ended processes left under way: sent again where the destination knows a repeated request, else parked. */
import type { Clock } from '../../gateway/clock.ts';
import type { Ledger } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';
import type { Destination, RegionFile } from '../../gateway/regions/region.ts';
import { parkedText } from './verdict.ts';

/** Whether the same request taken twice has one effect there. */
export const isRepeatable = ({ idempotency }: Destination): boolean => idempotency !== 'none';

const INTERRUPTED = 'the process that sent it ended before the answer; it may have been received';

export interface RecoverDeps {
  readonly ledger: Pick<Ledger, 'recover'>;
  readonly region: Pick<RegionFile, 'destinations'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** `all`: everything under way, at the start of the one process that has the ledger; else what no lease covers. */
export async function recover({ ledger, region, clock, log }: RecoverDeps, all: boolean): Promise<number> {
  const { waiting, parked } = await ledger.recover({
    now: clock.now().toISOString(),
    all,
    unrepeatable: region.destinations.filter((one) => !isRepeatable(one)).map(({ id }) => id),
    error: { class: 'ambiguous', code: 'interrupted', text: parkedText(INTERRUPTED) },
  });
  if (waiting > 0) log.event('delivery.recovered', { count: waiting }, 'warn');
  if (parked > 0) log.event('delivery.parked', { count: parked, code: 'interrupted' }, 'error');
  return waiting;
}
