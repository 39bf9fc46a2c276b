import fc from 'fast-check';
import { available, owed, refilled, untilNextMs, type Bucket } from '../../../gateway/ledger/sql/rate.ts';

/** The bucket after so many calls at this moment. */
const after = (bucket: Bucket | null, rate: number, now: number, calls: number): Bucket => {
  const full = refilled(bucket, rate, now);
  return { tokens: full.tokens - calls, at: full.at };
};
const free = (bucket: Bucket | null, rate: number, now: number): number => available(refilled(bucket, rate, now));

describe('the rate of a destination', () => {
  test('50 per second: two at once, then one every 20 ms, asked for a little later', () => {
    expect(free(null, 50, 0)).toBe(2);
    const used = after(null, 50, 0, 2);
    expect(free(used, 50, 0)).toBe(0);
    expect(free(used, 50, 10)).toBe(1);
    expect(untilNextMs(after(used, 50, 10, 1), 50)).toBe(25);
    expect(untilNextMs(used, 50)).toBe(15);
    expect(untilNextMs({ tokens: 1, at: 0 }, 50)).toBe(0);
  });

  test('less than one per second still moves', () => {
    const used = after(null, 0.5, 0, 1);
    expect(untilNextMs(used, 0.5)).toBe(2_000);
    expect(free(used, 0.5, 2_000)).toBe(1);
  });

  test('a repeated call is paid back before the next', () => {
    const used = after(null, 10, 0, 2);
    expect(free(used, 10, 100)).toBe(0);
    expect(free(used, 10, 200)).toBe(1);
  });

  test('who comes late for what waits is owed that time, to a quarter of a second; what just came is not', () => {
    const used = after(null, 100, 0, 5);
    const callsAt = (now: number, waitedMs: number): number => available(owed(refilled(used, 100, now), 100, waitedMs));
    expect([callsAt(150, 150), callsAt(150, 400), callsAt(10_000, 10_000)]).toEqual([15, 15, 25]);
    expect([callsAt(10_000, 0), callsAt(10_000, 20), callsAt(10_000, -500)]).toEqual([5, 7, 5]);
    const slow = after(null, 4, 0, 1);
    expect(available(owed(refilled(slow, 4, 300), 4, 300))).toBe(1);
    expect(refilled(slow, 4, 300).tokens).toBeCloseTo(1.2);
  });

  test('a clock that is a little behind refills nothing twice, and one that was set back stops nothing', () => {
    const used = after(null, 10, 10_000, 1);
    expect(free(used, 10, 9_000)).toBe(0);
    expect(free(after(used, 10, 9_000, 0), 10, 10_000)).toBe(0);
    const setBack = after(used, 10, 1_000, 0);
    expect(free(setBack, 10, 1_100)).toBe(1);
  });

  test('in any second never more than the rate and one burst, however the callers poll', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 50 }),
        (perSecond, steps) => {
          let now = 0;
          let bucket: Bucket | null = null;
          const starts: number[] = [];
          for (const step of steps) {
            now += step;
            const calls = free(bucket, perSecond, now);
            bucket = after(bucket, perSecond, now, calls);
            for (let n = 0; n < calls; n += 1) starts.push(now);
          }
          const burst = Math.max(1, perSecond / 20);
          for (const from of starts) {
            const within = starts.filter((at) => at >= from && at < from + 1_000).length;
            expect(within).toBeLessThanOrEqual(perSecond + burst + 1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
