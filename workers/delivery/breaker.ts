/**
 * The circuit breaker of a destination: what an attempt teaches about the destination's health. Pure; the ledger applies
 * it in the commit that settles the attempt, so that all workers see one health and a restart forgets nothing.
 */
import { CLOSED, stateOf } from '../../gateway/ledger/breaker.ts';
import type { Breaker } from '../../gateway/ledger/ledger.ts';
import { askedDelayMs, LONGEST_ASKED_MS, worthRetrying, type RetryPolicy } from './verdict.ts';
import type { AttemptResult } from '../senders/sender.ts';

/** More than one round of calls side by side at the usual concurrency of eight. */
const OPENS_AFTER = 10;
/** One call a minute burdens nobody, and a destination that is back is noticed within it. */
const LONGEST_OPEN_MS = 60_000;
/** Cut by our own stop, or a bug of our own: says nothing about the receiver. */
const OURS = new Set(['stopped', 'sender-failed']);

/** What one attempt says of the destination. A refusal of one message, 422 say, is the answer of a healthy one. */
export type Sign =
  | { readonly health: 'well' }
  | { readonly health: 'unknown' }
  | { readonly health: 'ill'; readonly lane: string; readonly askedMs: number };

export function signOf(result: AttemptResult, lane: string, now: Date): Sign {
  if (result.kind === 'fault' && (result.permanent || OURS.has(result.code))) return { health: 'unknown' };
  if (!worthRetrying(result)) return { health: 'well' };
  const asked = result.kind === 'http' ? askedDelayMs(result.retryAfter, now) : 0;
  return { health: 'ill', lane, askedMs: Math.min(LONGEST_ASKED_MS, asked) };
}

/** Anywhere in the upper half of the doubled delay: probes of many gateways do not march in step. */
function openMs(openings: number, policy: RetryPolicy, random: () => number): number {
  const longest = Math.min(LONGEST_OPEN_MS, policy.maxDelayMs);
  const ceiling = Math.min(longest, policy.firstDelayMs * 2 ** Math.min(openings - 1, 30));
  return Math.round(ceiling * (0.5 + random() / 2));
}

/**
 * The same object when nothing changes. It opens after failures in a row in more than one lane: one patient's message
 * that a receiver cannot take fails again and again, and must not stop the others. A failed probe opens it for longer; a
 * result of a call begun before it opened does not.
 */
export function afterAttempt(
  breaker: Breaker,
  sign: Sign,
  policy: RetryPolicy,
  now: Date,
  random: () => number,
): Breaker {
  if (sign.health === 'unknown') return breaker;
  if (sign.health === 'well') return breaker.failures === 0 && breaker.openUntil === null ? breaker : CLOSED;
  const state = stateOf(breaker, now.toISOString());
  if (state === 'open') return breaker;
  const failures = Math.min(OPENS_AFTER, breaker.failures + 1);
  const lane = breaker.failures === 0 || breaker.lane === sign.lane ? sign.lane : null;
  if (state === 'closed' && (failures < OPENS_AFTER || lane !== null)) {
    return failures === breaker.failures && lane === breaker.lane ? breaker : { ...breaker, failures, lane };
  }
  const openings = breaker.openings + 1;
  const until = now.getTime() + Math.max(openMs(openings, policy, random), sign.askedMs);
  return { failures, lane: null, openings, openUntil: new Date(until).toISOString() };
}
