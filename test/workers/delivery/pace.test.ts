import fc from 'fast-check';
import { pace } from '../../../workers/delivery/pace.ts';

describe('the pace of a destination', () => {
  test('50 per second: two at once, then one every 20 ms', () => {
    let now = 0;
    const rate = pace(50, () => now);
    expect(rate.available()).toBe(2);
    rate.take(2);
    expect(rate.available()).toBe(0);
    now = 10;
    expect(rate.available()).toBe(1);
    rate.take(1);
    expect(rate.untilNextMs()).toBe(20);
  });

  test('less than one per second still moves', () => {
    let now = 0;
    const rate = pace(0.5, () => now);
    expect(rate.available()).toBe(1);
    rate.take(1);
    expect(rate.untilNextMs()).toBe(2_000);
    now = 2_000;
    expect(rate.available()).toBe(1);
  });

  test('a repeated call is paid back before the next', () => {
    let now = 0;
    const rate = pace(10, () => now);
    rate.take(1);
    rate.take(1);
    now = 100;
    expect(rate.available()).toBe(0);
    now = 200;
    expect(rate.available()).toBe(1);
  });

  test('in any second never more than the rate and one burst, however the caller polls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 50 }),
        (perSecond, steps) => {
          let now = 0;
          const rate = pace(perSecond, () => now);
          const starts: number[] = [];
          for (const step of steps) {
            now += step;
            const free = rate.available();
            rate.take(free);
            for (let n = 0; n < free; n += 1) starts.push(now);
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
