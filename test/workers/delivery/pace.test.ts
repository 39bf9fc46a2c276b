import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../gateway/clock.ts';
import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import { openSqliteLedger } from '../../../gateway/ledger/sqlite/open.ts';
import { silentLog } from '../../../gateway/log.ts';
import { deliverTo } from '../../../workers/delivery/destination.ts';
import { ALONE } from '../../../workers/delivery/lease.ts';
import { queue } from '../ledger.ts';

const SECONDS = 10;
/** Turns of the event loop in which whatever is due at one moment gets done. */
const TURNS = 60;

const folder = mkdtempSync(join(tmpdir(), 'wijkkliniek-pace-'));
let ledger: Ledger;
beforeEach(async () => {
  const file = join(folder, `${Math.random()}.sqlite`);
  ledger = await openSqliteLedger({ file, key: Buffer.alloc(32, 7), clock: systemClock, synchronous: 'OFF' });
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'], now: 1_800_000_000_000 });
});
afterEach(async () => {
  jest.useRealTimers();
  await ledger.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How many calls a receiver that answers at once gets in each step of the clock: nothing happens between two steps. */
async function callsPerStep(rate: number, waiting: number, stepMs: number, steps: number): Promise<number[]> {
  await queue(
    ledger,
    Array.from({ length: waiting }, (_, n) => ({ destination: 'ecd', lane: `patient-${n}`, body: '{}' })),
  );
  let calls = 0;
  const loop = deliverTo({
    ledger,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    destination: 'ecd',
    concurrency: 16,
    ratePerSecond: rate,
    leases: ALONE,
    lookEveryMs: 15_000,
    policy: { firstDelayMs: 100, maxDelayMs: 500, giveUpHours: 1 },
    repeatable: true,
    sender: {
      send: async () => {
        calls += 1;
        return { kind: 'http', status: 200, retryAfter: null, explanation: null };
      },
      renew: () => undefined,
      close: () => undefined,
    },
    attempted: () => undefined,
  });
  // The first holds what the bucket is full of.
  const seen: number[] = [];
  for (let step = 0; step <= steps; step += 1) {
    const before = calls;
    if (step > 0) jest.advanceTimersByTime(stepMs);
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    seen.push(calls - before);
  }
  await loop.stop(0);
  return seen;
}
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

describe('a destination with a rate, and more waiting than that', () => {
  test.each([
    [250, 2],
    [250, 7],
    [250, 40],
    [250, 110],
    [250, 200],
    [10, 7],
    [20, 30],
  ])(
    'is given all of it: %i per second by a process that comes to it every %i ms',
    async (rate, stepMs) => {
      const steps = Math.round((SECONDS * 1_000) / stepMs);
      const calls = await callsPerStep(rate, SECONDS * rate * 1.1, stepMs, steps);
      const given = sum(calls.slice(1)) / ((steps * stepMs) / 1_000);
      expect(given).toBeGreaterThan(rate * 0.98);
      expect(given).toBeLessThan(rate * 1.02);
    },
    60_000,
  );
});
