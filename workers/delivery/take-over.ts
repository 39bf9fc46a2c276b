/**
 * Takes over, again and again, what no lease covers any more. A lease that ran out while the ledger was away tells nothing
 * of its holder: it had no ledger to move the lease in, and may know the receiver's answer. So nothing is taken over
 * before the ledger has been there long enough for every heartbeat to have reached it, also after our own start.
 */
import { recover, type RecoverDeps } from './recover.ts';
import type { Ledger } from '../../gateway/ledger/ledger.ts';

/** Rounds in a row that found the ledger: a heartbeat of every holder, and one more. */
const QUIET_ROUNDS = 2;

export interface TakeOverDeps extends RecoverDeps {
  readonly ledger: Pick<Ledger, 'recover' | 'renew'>;
  readonly leaseMs: number;
  /** Something is back in line. */
  readonly taken: () => void;
}

/** Returns how to end it. */
export function keepTakingOver(deps: TakeOverDeps): () => void {
  const { ledger, clock, log, leaseMs, taken } = deps;
  const everyMs = leaseMs / 3;
  let seen = { rounds: 0, at: Number.NEGATIVE_INFINITY };
  let busy = false;

  const round = async (): Promise<void> => {
    // A round that came late, or hung, may hide a time without the ledger.
    const begunAt = performance.now();
    const rounds = begunAt - seen.at < 2 * everyMs ? seen.rounds : 0;
    if (rounds < QUIET_ROUNDS) await ledger.renew([], clock.now().toISOString());
    else if ((await recover(deps, false)) > 0) taken();
    const at = performance.now();
    seen = { rounds: at - begunAt < everyMs ? rounds + 1 : 0, at };
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    round()
      .catch((error: unknown) => {
        if (seen.rounds > 0) log.failure('delivery.recover-failed', error);
        seen = { rounds: 0, at: seen.at };
      })
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  return () => clearInterval(timer);
}
