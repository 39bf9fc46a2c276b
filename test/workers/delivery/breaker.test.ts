import fc from 'fast-check';
import { CLOSED, stateOf } from '../../../gateway/ledger/breaker.ts';
import type { Breaker } from '../../../gateway/ledger/ledger.ts';
import { afterAttempt, signOf } from '../../../workers/delivery/breaker.ts';
import type { AttemptResult } from '../../../workers/senders/sender.ts';

const POLICY = { firstDelayMs: 2_000, maxDelayMs: 900_000, giveUpHours: 72 };
const START = Date.parse('2026-11-22T10:00:00.000Z');
const at = (ms: number): Date => new Date(START + ms);
const http = (status: number, retryAfter: string | null = null): AttemptResult => ({
  kind: 'http',
  status,
  retryAfter,
  explanation: null,
});
const fault = (code: string, over: object = {}): AttemptResult => ({
  kind: 'fault',
  code,
  text: '',
  sent: true,
  ...over,
});
const after = (breaker: Breaker, result: AttemptResult, lane: string, ms = 0): Breaker =>
  afterAttempt(breaker, signOf(result, lane, at(ms)), POLICY, at(ms), () => 1);
/** As many failures, of lanes a and b by turns. */
const failed = (count: number, result = http(503)): Breaker =>
  Array.from({ length: count }, (_, n) => (n % 2 === 0 ? 'a' : 'b')).reduce(
    (breaker, lane) => after(breaker, result, lane),
    CLOSED,
  );
const openFor = ({ openUntil }: Breaker): number => Date.parse(openUntil ?? '') - START;

describe('what an attempt says of its destination', () => {
  test.each([
    ['a delivery', http(200), 'well'],
    ['a refusal of one message', http(422), 'well'],
    ['an unknown address', http(404), 'well'],
    ['a failing receiver', http(500), 'ill'],
    ['one that is too busy', http(429), 'ill'],
    ['a credential it does not take', http(401), 'ill'],
    ['no connection', fault('ECONNREFUSED', { sent: false }), 'ill'],
    ['no answer', fault('timeout'), 'ill'],
    ['a stop of our own', fault('stopped'), 'unknown'],
    ['a bug of our own', fault('sender-failed'), 'unknown'],
    ['a message that cannot be sent', fault('no-control-id', { permanent: true }), 'unknown'],
    ['AE', { kind: 'ack', code: 'AE', table0357: '102', explanation: null } as const, 'well'],
    ['AR 207', { kind: 'ack', code: 'AR', table0357: '207', explanation: null } as const, 'ill'],
  ])('%s', (_, result, health) => {
    expect(signOf(result, 'a', at(0)).health).toBe(health);
  });
});

describe('the breaker of a destination', () => {
  test('opens at the tenth failure in a row, for the first delay of its retries', () => {
    expect(failed(9).openUntil).toBeNull();
    expect(failed(10)).toEqual({ failures: 10, lane: null, openings: 1, openUntil: at(2_000).toISOString() });
  });

  test('begins to count anew after anything that went well, a refused message included', () => {
    expect(after(failed(9), http(200), 'a')).toEqual(CLOSED);
    expect(after(after(failed(9), http(422), 'a'), http(503), 'b')).toMatchObject({ failures: 1, openUntil: null });
  });

  test('stays closed for one patient alone, however often it fails', () => {
    let breaker = CLOSED;
    for (let n = 0; n < 100; n += 1) breaker = after(breaker, http(500), 'poisoned');
    expect(breaker.openUntil).toBeNull();
    expect(after(breaker, http(500), 'another').openUntil).not.toBeNull();
  });

  test('is open until its moment, then lets one try: half-open', () => {
    const open = failed(10);
    expect(stateOf(CLOSED, at(0).toISOString())).toBe('closed');
    expect(stateOf(open, at(1_999).toISOString())).toBe('open');
    expect(stateOf(open, at(2_000).toISOString())).toBe('half-open');
  });

  test('is not opened for longer by calls begun before it opened', () => {
    const open = failed(10);
    expect(after(open, http(503), 'c', 1_000)).toBe(open);
  });

  test('opens twice as long after each failed probe, never longer than a minute', () => {
    let breaker = failed(10);
    const lengths: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const now = openFor(breaker);
      breaker = after(breaker, http(503), 'a', now);
      lengths.push(openFor(breaker) - now);
    }
    expect(lengths).toEqual([4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test('closes after a probe that went well, and starts over', () => {
    const open = failed(10);
    expect(after(open, http(201), 'a', 2_000)).toEqual(CLOSED);
  });

  test('is open at least as long as Retry-After asks, never more than 15 minutes', () => {
    expect(openFor(failed(10, http(503, '30')))).toBe(30_000);
    expect(openFor(failed(10, http(503, '86400')))).toBe(900_000);
  });

  test('never lets more than one probe go in an open interval, whatever comes back in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom('a', 'b', 'c'))), (calls) => {
        let breaker = failed(10);
        let now = 0;
        for (const [step, lane] of calls) {
          now += step;
          const state = stateOf(breaker, at(now).toISOString());
          const next = after(breaker, http(503), lane, now);
          if (state === 'open') expect(next).toBe(breaker);
          else expect(openFor(next)).toBeGreaterThanOrEqual(now + 2_000);
          breaker = next;
        }
      }),
    );
  });
});
