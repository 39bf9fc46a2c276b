/** What the breaker of a destination allows now. What an attempt teaches it is the workers' to say. */
import type { Breaker, Instant } from './ledger.ts';

export const CLOSED: Breaker = { failures: 0, lane: null, openings: 0, openUntil: null };

export type BreakerState = 'closed' | 'open' | 'half-open';

export function stateOf({ openUntil }: Breaker, now: Instant): BreakerState {
  if (openUntil === null) return 'closed';
  return now < openUntil ? 'open' : 'half-open';
}
