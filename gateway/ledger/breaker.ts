/**
 * Health of a destination as the ledger keeps it: shared by every worker, and the same after a restart. The ledger asks
 * it what may start; what an attempt teaches about it is the workers' to say.
 */
import type { Instant } from './ledger.ts';

export interface Breaker {
  /** Failures in a row that speak of the destination, not of one message. */
  readonly failures: number;
  /** The lane all of them were in; null when there are none, or in several lanes. */
  readonly lane: string | null;
  /** Times it opened since it last went well; 0 while closed. */
  readonly openings: number;
  /** Nothing starts before this moment, and from then on one attempt at a time; null while closed. */
  readonly openUntil: Instant | null;
}

export const CLOSED: Breaker = { failures: 0, lane: null, openings: 0, openUntil: null };

export type BreakerState = 'closed' | 'open' | 'half-open';

export function stateOf({ openUntil }: Breaker, now: Instant): BreakerState {
  if (openUntil === null) return 'closed';
  return now < openUntil ? 'open' : 'half-open';
}
