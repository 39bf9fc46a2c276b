/**
 * The loop of one destination: take as many deliveries as may start now, send them side by side, sleep until something
 * ends, something is due, or someone nudges. The ledger hands out only the head of each lane, so that order per patient
 * holds here without a queue of our own; no more bodies are in memory than twice the calls that may be under way.
 */
import { doze } from './doze.ts';
import { deliver, OUTAGE, type DeliverDeps } from './deliver.ts';
import type { Leases } from './lease.ts';
import { backoffMs } from './verdict.ts';
import type { Claimed, Ledger } from '../../gateway/ledger/ledger.ts';

/** Nothing to take although something is due (its clock and ours differ a little): do not spin. */
const SHORTEST_SLEEP_MS = 5;

export interface LoopDeps extends Omit<DeliverDeps, 'ledger' | 'countCall' | 'callEnded' | 'cut'> {
  readonly ledger: Pick<Ledger, 'claim' | 'settle'>;
  readonly destination: string;
  readonly concurrency: number;
  readonly ratePerSecond: number;
  readonly leases: Leases;
  /** Looked again at least this often: a wall clock may jump, another process may have written, a job may be lost. */
  readonly lookEveryMs: number;
}

export interface Loop {
  nudge(): void;
  /** Takes nothing new; calls under way may end within `drainMs`, then they are cut. */
  stop(drainMs: number): Promise<void>;
}

export function deliverTo(deps: LoopDeps): Loop {
  const { ledger, destination, clock, log } = deps;
  const resting = doze();
  /** Begun and not yet written down: the calls under way, and as many outcomes again waiting for their commit. */
  const unsettled = new Map<Promise<void>, AbortController>();
  let calls = 0;
  let extraCalls = 0;
  let waking = false;
  let stopping = false;

  /** At the end of this turn of the event loop, so that one claim serves all calls that ended in it. */
  const wakeSoon = (): void => {
    if (waking) return;
    waking = true;
    setImmediate(() => {
      waking = false;
      resting.nudge();
    });
  };

  const begin = (claimed: Claimed): void => {
    calls += 1;
    const cutting = new AbortController();
    const release = deps.leases.hold({ id: claimed.id, attempt: claimed.attempts }, () => cutting.abort());
    const attempt = deliver(claimed, {
      ...deps,
      countCall: () => {
        extraCalls += 1;
      },
      callEnded: () => {
        calls -= 1;
        wakeSoon();
      },
      cut: cutting.signal,
    }).finally(() => {
      release();
      unsettled.delete(attempt);
      wakeSoon();
    });
    unsettled.set(attempt, cutting);
  };

  /** Takes what may start now; returns how long to sleep. */
  const turn = async (): Promise<number> => {
    const limit = Math.min(deps.concurrency - calls, deps.concurrency * 2 - unsettled.size);
    if (limit <= 0) return deps.lookEveryMs;
    const { concurrency, ratePerSecond } = deps;
    const [now, leaseUntil, counted] = [clock.now(), deps.leases.until(), extraCalls];
    const { deliveries, next } = await ledger.claim({
      destination,
      now: now.toISOString(),
      limit,
      leaseUntil,
      concurrency,
      ratePerSecond,
      extraCalls: counted,
    });
    if (deliveries.length > 0) extraCalls -= counted;
    deliveries.forEach(begin);
    // A call that ends wakes us.
    if (next === null || deliveries.length >= limit) return deps.lookEveryMs;
    return Math.min(deps.lookEveryMs, Math.max(SHORTEST_SLEEP_MS, Date.parse(next) - clock.now().getTime()));
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping) {
      let sleepMs: number;
      try {
        sleepMs = await turn();
        if (failures > 0) log.event('delivery.ledger-back', { destination, attempts: failures });
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.failure('delivery.ledger-away', error, { destination });
        sleepMs = Math.max(50, backoffMs(failures, OUTAGE, deps.random));
      }
      await resting.sleep(sleepMs);
    }
  };
  const running = run();

  return {
    nudge: () => resting.nudge(),
    stop: async (drainMs) => {
      stopping = true;
      resting.nudge();
      await running;
      const timer = setTimeout(() => unsettled.forEach((cutting) => cutting.abort()), drainMs);
      await Promise.all(unsettled.keys());
      clearTimeout(timer);
      deps.sender.close();
    },
  };
}
