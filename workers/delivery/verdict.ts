/** What an attempt's result means for its delivery. Pure: the same facts give the same verdict. */
import type { Instant, LastError, Settlement } from '../../gateway/ledger/ledger.ts';
import type { AttemptResult, Explanation } from '../senders/sender.ts';

/** `retry` of a destination in the region file. */
export interface RetryPolicy {
  /** The first retry comes within this. */
  readonly firstDelayMs: number;
  /** Retries are never further apart, whatever a receiver asks. */
  readonly maxDelayMs: number;
  /** Counted from the making of the delivery; then it is dead. */
  readonly giveUpHours: number;
}

export interface DeliveryFacts {
  /** Attempts so far, the judged one counted. */
  readonly attempts: number;
  readonly createdAt: Instant;
  /** The destination knows what it had before: the same request taken twice has one effect. */
  readonly repeatable: boolean;
}

const WORTH_RETRYING = new Set([408, 425, 429]);
/** Asked for again after the credential was renewed; refused a second time it is the partner's trouble, not the message's. */
export const CREDENTIAL_REFUSED: ReadonlySet<number> = new Set([401, 403]);

type Meaning =
  | { readonly kind: 'delivered'; readonly responseStatus: number | null }
  | {
      readonly kind: 'again' | 'never';
      readonly error: LastError;
      readonly responseStatus: number | null;
      readonly retryAfter: string | null;
    };

const withWords = (what: string, explanation: Explanation | null): string => {
  const words = [explanation?.code, explanation?.text].filter((word) => word != null && word !== '');
  return words.length === 0 ? what : `${what}: ${words.join(': ')}`;
};

function meaningOfHttp(result: Extract<AttemptResult, { kind: 'http' }>): Meaning {
  const { status, retryAfter } = result;
  if (status >= 200 && status < 300) return { kind: 'delivered', responseStatus: status };
  const again = status >= 500 || WORTH_RETRYING.has(status) || CREDENTIAL_REFUSED.has(status);
  return {
    kind: again ? 'again' : 'never',
    error: {
      class: again ? 'transient' : 'permanent',
      code: `http-${status}`,
      text: withWords(`the receiver answered ${status}`, result.explanation),
    },
    responseStatus: status,
    retryAfter,
  };
}

function meaningOfAck(result: Extract<AttemptResult, { kind: 'ack' }>): Meaning {
  if (result.code === 'AA' || result.code === 'CA') return { kind: 'delivered', responseStatus: null };
  // Table 0357 207 is "application internal error": the receiver failed, the message did not.
  const again = (result.code === 'AR' || result.code === 'CR') && result.table0357 === '207';
  return {
    kind: again ? 'again' : 'never',
    error: {
      class: again ? 'transient' : 'permanent',
      code: result.table0357 === null ? `ack-${result.code}` : `ack-${result.code}-${result.table0357}`,
      text: withWords(`the receiver acknowledged with ${result.code}`, result.explanation),
    },
    responseStatus: null,
    retryAfter: null,
  };
}

function meaningOf(result: AttemptResult): Meaning {
  switch (result.kind) {
    case 'http':
      return meaningOfHttp(result);
    case 'ack':
      return meaningOfAck(result);
    case 'fault': {
      const kind = result.permanent ? 'never' : 'again';
      const errorClass = result.permanent ? 'permanent' : result.sent ? 'ambiguous' : 'transient';
      const error: LastError = { class: errorClass, code: result.code, text: result.text };
      return { kind, error, responseStatus: null, retryAfter: null };
    }
  }
}

/** The receiver, or the way to it, was in trouble: the same bytes may well be taken later. */
export const worthRetrying = (result: AttemptResult): boolean => meaningOf(result).kind === 'again';

/** A receiver may ask for more patience than a region's `maxDelayMs`, but attempts are never further apart than this. */
export const LONGEST_ASKED_MS = 900_000;

/** Milliseconds a `Retry-After` asks for from `now` (RFC 9110 §10.2.3: seconds or an HTTP date); 0 when it says nothing. */
export function askedDelayMs(retryAfter: string | null, now: Date): number {
  const value = retryAfter?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const at = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}

/** Exponential backoff with full jitter: anywhere between now and the doubled delay, so that retries do not march in step. */
export function backoffMs(attempts: number, policy: RetryPolicy, random: () => number): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(attempts - 1, 30));
  return Math.round(random() * ceiling);
}

/** Only a person can find out whether the receiver has it; `replay` sends it again on that person's word. */
export const parkedText = (what: string): string =>
  `${what}: this destination would not know it again, so it is not sent twice; ask the receiver, then replay it or not`;

/**
 * CONTRACT section 5. A retry beyond the give-up moment is moved to that moment, so that the last attempt is made with
 * all the time there was; after it the delivery is dead. An ambiguous fault (the request left, no answer came) is
 * retried as well where the destination knows a repeated request: every attempt carries the same bytes and the same
 * Idempotency-Key. Elsewhere it is parked.
 */
export function judge(
  result: AttemptResult,
  facts: DeliveryFacts,
  policy: RetryPolicy,
  now: Date,
  random: () => number,
): Settlement {
  const at = now.toISOString();
  const meaning = meaningOf(result);
  if (meaning.kind === 'delivered') return { outcome: 'delivered', at, responseStatus: meaning.responseStatus };
  const { error, responseStatus } = meaning;
  if (meaning.kind === 'never') return { outcome: 'dead', at, error, responseStatus };
  if (error.class === 'ambiguous' && !facts.repeatable) {
    return { outcome: 'parked', at, error: { ...error, text: parkedText(error.text) }, responseStatus };
  }

  const giveUpAt = Date.parse(facts.createdAt) + policy.giveUpHours * 3_600_000;
  if (now.getTime() >= giveUpAt) {
    const text = `given up after ${policy.giveUpHours} hours: ${error.text}`;
    return { outcome: 'dead', at, error: { ...error, text }, responseStatus };
  }
  const asked = Math.min(LONGEST_ASKED_MS, askedDelayMs(meaning.retryAfter, now));
  const delay = Math.max(backoffMs(facts.attempts, policy, random), asked);
  const nextAttemptAt = new Date(Math.min(now.getTime() + delay, giveUpAt)).toISOString();
  return { outcome: 'retry', at, nextAttemptAt, error, responseStatus };
}
