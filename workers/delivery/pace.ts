/** How fast one destination may be called: a token bucket that holds at most a twentieth of a second's calls. */

/** Milliseconds that only go forward; a set-back wall clock must not stop deliveries. */
export type Monotonic = () => number;

export interface Pace {
  /** Calls that may start now. */
  available(): number;
  /** Counts calls that start now; may go below zero (a repeated call after a renewed credential), paid back later. */
  take(calls: number): void;
  /** Milliseconds until one more call may start; 0 when one may now. */
  untilNextMs(): number;
}

export function pace(ratePerSecond: number, monotonic: Monotonic): Pace {
  const capacity = Math.max(1, ratePerSecond / 20);
  let tokens = capacity;
  let seen = monotonic();
  const refill = (): void => {
    const now = monotonic();
    tokens = Math.min(capacity, tokens + ((now - seen) / 1_000) * ratePerSecond);
    seen = now;
  };
  return {
    available: () => {
      refill();
      return Math.max(0, Math.floor(tokens + 1e-9));
    },
    take: (calls) => {
      refill();
      tokens -= calls;
    },
    untilNextMs: () => {
      refill();
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / ratePerSecond) * 1_000);
    },
  };
}
