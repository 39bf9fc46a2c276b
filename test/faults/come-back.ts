/** A destination that was down while thousands came for it, and is back. */
import { insisted } from './insisted.ts';
import { outOfOrder } from './judge.ts';
import { drained, open, send, until } from './lone.ts';
import { regionFor, result, testBsns } from './patients.ts';
import { startReceiver, WELL, type Arrived, type Behaviour } from './receiver.ts';

const RATE = 250;
const RETRY = { firstDelayMs: 1_000, maxDelayMs: 2_000, giveUpHours: 1 };
const CONCURRENCY = 16;
/** Failures in a row that open a breaker, and the calls that may be under way by then. */
const MOST_BEFORE_OPEN = 10 + 2 * CONCURRENCY;

/** How it was left alone meanwhile, and how fast and in which order it drains. */
export async function comeBack(waiting: number, tell: (line: string) => void): Promise<boolean> {
  const bsns = testBsns(500);
  const bad = bsns.at(-1) ?? '';
  let isDown = true;
  const behave = ({ patient }: Arrived): Behaviour =>
    isDown ? { commit: false, answer: 503 } : patient.endsWith(bad) ? { commit: false, answer: 422 } : WELL;
  const receiver = await startReceiver({ behave });
  const pace = { ratePerSecond: RATE, concurrency: CONCURRENCY, retry: RETRY };
  const { gateway, end } = await open(regionFor(receiver.port, pace));
  try {
    const each = Math.ceil(waiting / bsns.length);
    await send(gateway, bsns, (bsn) => Array.from({ length: each }, (_, at) => result(bsn, at)));
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const probed = receiver.attempts.map(({ at }) => at);
    isDown = false;
    const good = (bsns.length - 1) * each;
    await until(receiver, 1);
    const startedAt = performance.now();
    await until(receiver, good);
    const rate = (good - 1) / ((performance.now() - startedAt) / 1_000);
    await drained(gateway);
    const disorder = outOfOrder(receiver.attempts).length + outOfOrder(receiver.effects).length;
    const again = insisted(receiver.attempts, []).length;
    const { early, openings } = tooEarly(probed);
    tell(
      `back after ${bsns.length * each} waiting: drained at ${rate.toFixed(0)} messages/s of ${RATE} allowed, ` +
        `${disorder} out of order, ${again} sent again after a 422; while down ${probed.length} attempts, ` +
        `${openings} of them probes, ${early} earlier than the breaker's shortest interval`,
    );
    return rate >= 0.95 * RATE && rate <= RATE * 1.05 && disorder === 0 && again === 0 && early === 0 && openings > 0;
  } finally {
    await end();
    await receiver.stop();
  }
}

/**
 * Attempts come in one burst until the breaker opens. Then each opening lasts at least half of a doubled delay, and one
 * probe ends it: no gap may be shorter.
 */
function tooEarly(times: readonly number[]): { early: number; openings: number } {
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const opened = gaps.findIndex((gap) => gap >= RETRY.firstDelayMs / 2);
  if (opened < 0 || opened + 1 > MOST_BEFORE_OPEN) return { early: times.length, openings: 0 };
  const open = gaps.slice(opened);
  const shortest = (opening: number): number => Math.min(RETRY.maxDelayMs, RETRY.firstDelayMs * 2 ** opening) / 2;
  return { early: open.filter((gap, opening) => gap < shortest(opening) - 5).length, openings: open.length };
}
