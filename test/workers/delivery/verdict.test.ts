import fc from 'fast-check';
import { askedDelayMs, backoffMs, judge } from '../../../workers/delivery/verdict.ts';
import type { AttemptResult } from '../../../workers/senders/sender.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const POLICY = { firstDelayMs: 2_000, maxDelayMs: 900_000, giveUpHours: 72 };
const facts = (attempts = 1, ageHours = 0, repeatable = true) => ({
  attempts,
  repeatable,
  createdAt: new Date(NOW.getTime() - ageHours * 3_600_000).toISOString(),
});
const http = (status: number, retryAfter: string | null = null): AttemptResult => ({
  kind: 'http',
  status,
  retryAfter,
  explanation: null,
});
const ack = (code: 'AA' | 'CA' | 'AE' | 'CE' | 'AR' | 'CR', table0357: string | null = null): AttemptResult => ({
  kind: 'ack',
  code,
  explanation: null,
  table0357,
});
const verdictOf = (result: AttemptResult) => judge(result, facts(), POLICY, NOW, () => 0.5);

/** What became of it: the outcome and, when it failed, class and code. */
const summary = (result: AttemptResult): string => {
  const verdict = verdictOf(result);
  return verdict.outcome === 'delivered'
    ? 'delivered'
    : `${verdict.outcome} ${verdict.error.class} ${verdict.error.code}`;
};

describe('the verdict on an HTTP answer', () => {
  test.each([
    [200, 'delivered'],
    [201, 'delivered'],
    [204, 'delivered'],
    [301, 'dead permanent http-301'],
    [304, 'dead permanent http-304'],
    [400, 'dead permanent http-400'],
    [401, 'retry transient http-401'],
    [403, 'retry transient http-403'],
    [404, 'dead permanent http-404'],
    [408, 'retry transient http-408'],
    [409, 'dead permanent http-409'],
    [412, 'dead permanent http-412'],
    [413, 'dead permanent http-413'],
    [422, 'dead permanent http-422'],
    [425, 'retry transient http-425'],
    [429, 'retry transient http-429'],
    [500, 'retry transient http-500'],
    [501, 'retry transient http-501'],
    [502, 'retry transient http-502'],
    [503, 'retry transient http-503'],
    [504, 'retry transient http-504'],
  ])('%i: %s', (status, expected) => {
    expect(summary(http(status))).toBe(expected);
  });

  test('keeps the response status and the receiver’s words', () => {
    const explanation = { code: 'required', text: 'birthDate is missing (Patient.birthDate)' };
    expect(verdictOf({ kind: 'http', status: 422, retryAfter: null, explanation })).toEqual({
      outcome: 'dead',
      at: NOW.toISOString(),
      responseStatus: 422,
      error: {
        class: 'permanent',
        code: 'http-422',
        text: 'the receiver answered 422: required: birthDate is missing (Patient.birthDate)',
      },
    });
  });
});

describe('the verdict on an HL7 v2 acknowledgement', () => {
  test.each([
    [ack('AA'), 'delivered'],
    [ack('CA'), 'delivered'],
    [ack('AE', '102'), 'dead permanent ack-AE-102'],
    [ack('CE'), 'dead permanent ack-CE'],
    [ack('AR', '200'), 'dead permanent ack-AR-200'],
    [ack('CR', '202'), 'dead permanent ack-CR-202'],
    [ack('AR', '207'), 'retry transient ack-AR-207'],
    [ack('CR', '207'), 'retry transient ack-CR-207'],
    [ack('AE', '207'), 'dead permanent ack-AE-207'],
  ])('%j: %s', (result, expected) => {
    expect(summary(result)).toBe(expected);
  });
});

describe('the verdict on a fault', () => {
  test.each<[AttemptResult, string]>([
    [{ kind: 'fault', code: 'ECONNREFUSED', text: '', sent: false }, 'retry transient ECONNREFUSED'],
    [{ kind: 'fault', code: 'timeout', text: '', sent: true }, 'retry ambiguous timeout'],
    [{ kind: 'fault', code: 'no-control-id', text: '', sent: false, permanent: true }, 'dead permanent no-control-id'],
  ])('%j: %s', (result, expected) => {
    expect(summary(result)).toBe(expected);
  });
});

describe('the verdict where the destination would not know a repeated request', () => {
  const verdictThere = (result: AttemptResult) => judge(result, facts(1, 0, false), POLICY, NOW, () => 0.5);

  test('parks what may have been received, and tells a person what to do', () => {
    expect(verdictThere({ kind: 'fault', code: 'timeout', text: 'no answer in time', sent: true })).toEqual({
      outcome: 'parked',
      at: NOW.toISOString(),
      responseStatus: null,
      error: {
        class: 'ambiguous',
        code: 'timeout',
        text:
          'no answer in time: this destination would not know it again, so it is not sent twice; ' +
          'ask the receiver, then replay it or not',
      },
    });
  });

  test('tries again what was not received, or was answered', () => {
    const refusedConnection: AttemptResult = { kind: 'fault', code: 'ECONNREFUSED', text: '', sent: false };
    expect(verdictThere(refusedConnection)).toMatchObject({ outcome: 'retry', error: { class: 'transient' } });
    expect(verdictThere(http(503))).toMatchObject({ outcome: 'retry' });
  });
});

describe('when to try again', () => {
  const delayOf = (result: AttemptResult, attempts: number, random: number, ageHours = 0): number => {
    const verdict = judge(result, facts(attempts, ageHours), POLICY, NOW, () => random);
    if (verdict.outcome !== 'retry') throw new Error(`expected a retry, got ${verdict.outcome}`);
    return Date.parse(verdict.nextAttemptAt) - NOW.getTime();
  };

  test.each([
    [1, 0.5, 1_000],
    [1, 0.999999, 2_000],
    [2, 0.5, 2_000],
    [3, 0.5, 4_000],
    [9, 0.999999, 511_999],
    [10, 0.999999, 899_999],
    [400, 0.999999, 899_999],
  ])('after attempt %i with random %f: %i ms', (attempts, random, expected) => {
    expect(Math.abs(delayOf(http(503), attempts, random) - expected)).toBeLessThanOrEqual(1);
  });

  test('never more than maxDelayMs apart, and the first within firstDelayMs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 0.999999999, noNaN: true }), (n, r) => {
        const delay = backoffMs(n, POLICY, () => r);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(n === 1 ? POLICY.firstDelayMs : POLICY.maxDelayMs);
      }),
    );
  });

  test('honours Retry-After in seconds', () => {
    expect(delayOf(http(429, '30'), 1, 0.5)).toBe(30_000);
  });

  test('honours Retry-After as an HTTP date', () => {
    expect(delayOf(http(503, 'Sun, 22 Nov 2026 10:01:30 GMT'), 1, 0.5)).toBe(90_000);
  });

  test('does not come sooner than its own backoff because Retry-After says 0', () => {
    expect(delayOf(http(503, '0'), 1, 0.5)).toBe(1_000);
  });

  test('a Retry-After longer than a quarter of an hour is cut to it', () => {
    expect(delayOf(http(503, '86400'), 1, 0.5)).toBe(900_000);
  });

  test.each([['soon'], [''], ['-5'], ['1.5'], ['22-11-2026']])('%j asks for nothing', (value) => {
    expect(askedDelayMs(value, NOW)).toBe(0);
  });

  test('the last attempt is made at the give-up moment, and after it the delivery is dead', () => {
    const almost = 72 - 1 / 3_600;
    expect(delayOf(http(503, '600'), 5, 0.9, almost)).toBe(1_000);
    expect(judge(http(503), facts(6, 72), POLICY, NOW, () => 0.5)).toMatchObject({
      outcome: 'dead',
      error: { class: 'transient', code: 'http-503', text: 'given up after 72 hours: the receiver answered 503' },
    });
  });
});
