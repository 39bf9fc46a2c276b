/**
 * The loop of one destination: take as many deliveries as may start now, send them side by side, sleep until something
 * ends, something is due, or someone nudges. The ledger hands out only the head of each lane, so that order per patient
 * holds here without a queue of our own; no more bodies are in memory than twice the calls that may be under way.
 */
import { setMaxListeners } from 'node:events';
import { doze } from './doze.ts';
import { deliver, OUTAGE, type DeliverDeps } from './deliver.ts';
import { pace, type Monotonic } from './pace.ts';
import { backoffMs } from './verdict.ts';
import type { Claimed, Ledger } from '../../gateway/ledger/ledger.ts';

/** Looked again at least this often: a wall clock may jump, and another process may have written. */
const LONGEST_SLEEP_MS = 15_000;
/** Nothing to take although something is due (its clock and ours differ a little): do not spin. */
const SHORTEST_SLEEP_MS = 10;

export interface LoopDeps extends Omit<DeliverDeps, 'ledger' | 'countCall' | 'callEnded' | 'cut'> {
  readonly ledger: Pick<Ledger, 'claim' | 'nextDue' | 'settle'>;
  readonly destination: string;
  readonly concurrency: number;
  readonly ratePerSecond: number;
  readonly monotonic: Monotonic;
}

export interface Loop {
  nudge(): void;
  /** Takes nothing new; calls under way may end within `drainMs`, then they are cut. */
  stop(drainMs: number): Promise<void>;
}

export function deliverTo(deps: LoopDeps): Loop {
  const { ledger, destination, clock, log } = deps;
  const resting = doze();
  const rate = pace(deps.ratePerSecond, deps.monotonic);
  /** Begun and not yet written down: the calls under way, and as many outcomes again waiting for their commit. */
  const unsettled = new Set<Promise<void>>();
  let calls = 0;
  let waking = false;
  const cutting = new AbortController();
  // Every call under way listens; their number is bounded by the concurrency, not by Node's guess of ten.
  setMaxListeners(0, cutting.signal);
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
    const attempt = deliver(claimed, claimed.attempts + 1, {
      ...deps,
      countCall: () => rate.take(1),
      callEnded: () => {
        calls -= 1;
        wakeSoon();
      },
      cut: cutting.signal,
    }).finally(() => {
      unsettled.delete(attempt);
      wakeSoon();
    });
    unsettled.add(attempt);
  };

  /** Takes what may start now; returns how long to sleep. */
  const turn = async (): Promise<number> => {
    const free = Math.min(deps.concurrency - calls, deps.concurrency * 2 - unsettled.size);
    if (free <= 0) return LONGEST_SLEEP_MS;
    const limit = Math.min(free, rate.available());
    if (limit <= 0) return rate.untilNextMs();
    const taken = await ledger.claim(destination, clock.now().toISOString(), limit);
    rate.take(taken.length);
    taken.forEach(begin);
    if (taken.length >= limit) return Math.max(1, rate.untilNextMs());
    const due = await ledger.nextDue(destination);
    if (due === null) return LONGEST_SLEEP_MS;
    return Math.min(LONGEST_SLEEP_MS, Math.max(SHORTEST_SLEEP_MS, Date.parse(due) - clock.now().getTime()));
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
      const timer = setTimeout(() => cutting.abort(), drainMs);
      await Promise.all(unsettled);
      clearTimeout(timer);
      deps.sender.close();
    },
  };
}
