import { systemClock } from '../../../gateway/clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import { keepTakingOver } from '../../../workers/delivery/take-over.ts';

const LEASE_MS = 3_000;
const ROUND_MS = LEASE_MS / 3;

let away = false;
let tookOver = 0;
let hangMs = 0;
let end = (): void => undefined;
const there = async <T>(value: T): Promise<T> => {
  if (hangMs > 0) await new Promise((resolve) => setTimeout(resolve, hangMs));
  return away ? Promise.reject(new Error('away')) : value;
};

beforeEach(() => {
  jest.useFakeTimers();
  [away, tookOver, hangMs] = [false, 0, 0];
  end = keepTakingOver({
    ledger: {
      renew: () => there([]),
      recover: async () => {
        await there(null);
        tookOver += 1;
        return { waiting: 0, parked: 0 };
      },
    },
    region: { destinations: [] },
    clock: systemClock,
    log: silentLog,
    leaseMs: LEASE_MS,
    taken: () => undefined,
  });
});
afterEach(() => {
  end();
  jest.useRealTimers();
});

const rounds = (count: number): Promise<void> => jest.advanceTimersByTimeAsync(count * ROUND_MS);

describe('taking over', () => {
  test('begins a lease after the start: every holder moved its own by then, or is gone', async () => {
    await rounds(2);
    expect(tookOver).toBe(0);
    await rounds(3);
    expect(tookOver).toBe(3);
  });

  test('pauses as long after a time without the ledger', async () => {
    await rounds(3);
    away = true;
    await rounds(10);
    away = false;
    tookOver = 0;
    await rounds(2);
    expect(tookOver).toBe(0);
    await rounds(1);
    expect(tookOver).toBe(1);
  });

  test('pauses as well after a round that hung', async () => {
    await rounds(3);
    tookOver = 0;
    hangMs = 2 * ROUND_MS;
    await rounds(1);
    hangMs = 0;
    await rounds(2);
    tookOver = 0;
    await rounds(1);
    expect(tookOver).toBe(0);
    await rounds(2);
    expect(tookOver).toBeGreaterThan(0);
  });

  test('pauses as well after this process stood still: the ledger may have been away meanwhile', async () => {
    await rounds(3);
    tookOver = 0;
    const told = performance.now.bind(performance);
    const later = jest.spyOn(performance, 'now').mockImplementation(() => told() + 10 * ROUND_MS);
    await rounds(2);
    expect(tookOver).toBe(0);
    await rounds(1);
    expect(tookOver).toBe(1);
    later.mockRestore();
  });
});
