/** Destroys contents whose time is over by the region's rules, little by little, and gives their space back. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finished } from '../../gateway/ledger/ledger.ts';
import type { SweepDeps } from './deps.ts';

type RetentionDeps = Pick<SweepDeps, 'ledger' | 'clock' | 'log' | 'region'>;

/** Messages per commit, and the rest between two: what arrives meanwhile waits milliseconds. */
const BATCH = 50;
const REST_MS = 20;
const DAY_MS = 86_400_000;

/** How many it destroyed. */
export async function destroyFinished(deps: RetentionDeps, going: () => boolean = () => true): Promise<number> {
  const { ledger, clock, log, region } = deps;
  const { refusedDays, deliveredDays, deadDays, unroutedDays } = region.retention;
  const rules: readonly (readonly [Finished, number])[] = [
    ['refused', refusedDays],
    ['delivered', deliveredDays],
    ['dead', deadDays],
    ['unrouted', unroutedDays],
  ];
  let total = 0;
  for (const [status, days] of rules) {
    const before = new Date(clock.now().getTime() - days * DAY_MS).toISOString();
    let count = 0;
    for (let batch = BATCH; batch === BATCH && going();) {
      batch = await ledger.write((tx) => tx.destroyFinished(status, before, BATCH));
      count += batch;
      if (batch === BATCH) await sleep(REST_MS);
    }
    if (count > 0) log.event('retention.destroyed', { status, count });
    total += count;
  }
  while (going() && (await ledger.giveBack())) await sleep(REST_MS);
  return total;
}
