/** How fast one destination may be called: a token bucket that holds at most a twentieth of a second's calls. */

/** `at` in milliseconds. Tokens may be below zero: calls made beside those that were allowed are paid back. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** Clocks of several processes differ by less; a clock that jumped back further than this was set. */
const MOST_SKEW_MS = 5_000;

const capacityOf = (ratePerSecond: number): number => Math.max(1, ratePerSecond / 20);

export function refilled(bucket: Bucket | null, ratePerSecond: number, now: number): Bucket {
  const capacity = capacityOf(ratePerSecond);
  if (bucket === null) return { tokens: capacity, at: now };
  const elapsed = now - bucket.at;
  // A set-back clock must not stop deliveries; one that is a little behind must not refill twice.
  if (elapsed < 0) return elapsed < -MOST_SKEW_MS ? { tokens: bucket.tokens, at: now } : bucket;
  return { tokens: Math.min(capacity, bucket.tokens + (elapsed / 1_000) * ratePerSecond), at: now };
}

export const available = ({ tokens }: Bucket): number => Math.max(0, Math.floor(tokens + 1e-9));

/**
 * Milliseconds from `at` until it is worth asking again: one call may start, or where it fills fast, half of what it
 * holds. Who asks for every single call pays a commit for each, and gets no more of them.
 */
export function untilNextMs({ tokens }: Bucket, ratePerSecond: number): number {
  if (tokens >= 1 - 1e-9) return 0;
  return Math.ceil(((Math.max(1, capacityOf(ratePerSecond) / 2) - tokens) / ratePerSecond) * 1_000);
}
