/** Ends what was held in vain: after `holdUntil` the content is destroyed and only the fact is kept. */
import type { Clock } from '../../gateway/clock.ts';
import type { Ledger, StoredMessage } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';

export interface SweepDeps {
  readonly ledger: Pick<Ledger, 'write'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
  /** Called after every sweep: what fell due by the clock alone is looked at again. */
  readonly nudge?: () => void;
}

export interface Sweep {
  stop(): Promise<void>;
}

/** Messages per commit, so that acceptance never waits long behind a sweep. */
const BATCH = 100;

/** One commit per batch, and the search inside it: a message released meanwhile is no longer found. */
async function expireBatch({ ledger, clock }: SweepDeps): Promise<readonly StoredMessage[]> {
  const now = clock.now().toISOString();
  return ledger.write(async (tx) => {
    const expired = await tx.holdExpiredBefore(now, BATCH);
    for (const { id } of expired) {
      await tx.destroyContent(id);
      await tx.updateMessage(id, { status: 'expired', holdUntil: null });
      await tx.addEvent(id, 'expired', now);
    }
    return expired;
  });
}

/** Expires everything due; returns how many. */
export async function expireHeld(deps: SweepDeps, going: () => boolean = () => true): Promise<number> {
  let count = 0;
  while (going()) {
    const expired = await expireBatch(deps);
    count += expired.length;
    for (const { id, source, flow } of expired) deps.log.event('hold.expired', { messageId: id, source, flow });
    if (expired.length < BATCH) break;
  }
  return count;
}

export function startSweep(deps: SweepDeps): Sweep {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let sweeping = Promise.resolve();
  const sweep = async (): Promise<void> => {
    try {
      await expireHeld(deps, () => !stopped);
    } catch (error) {
      deps.log.failure('sweep.failed', error);
    }
    deps.nudge?.();
    if (!stopped) plan(deps.everyMs);
  };
  const plan = (delayMs: number): void => {
    timer = setTimeout(() => {
      sweeping = sweep();
    }, delayMs);
  };
  plan(0);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await sweeping;
    },
  };
}
