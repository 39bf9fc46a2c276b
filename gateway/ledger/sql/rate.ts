/**
 * How fast one destination may be called: a token bucket that holds a twentieth of a second's calls. While something waits
 * it fills on, to a quarter of a second's: who came late for it, on a busy machine or behind another's commit, makes up
 * for that, and the destination is given its whole rate.
 */

/** `at` in milliseconds. Tokens may be below zero: calls made beside those that were allowed are paid back. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** Clocks of several processes differ by less; a clock that jumped back further than this was set. */
const MOST_SKEW_MS = 5_000;

const capacityOf = (ratePerSecond: number): number => Math.max(1, ratePerSecond / 20);
const mostOf = (ratePerSecond: number): number => Math.max(2, ratePerSecond / 4);

/** As if something had waited all the time since the bucket was kept: see `owed`. */
export function refilled(bucket: Bucket | null, ratePerSecond: number, now: number): Bucket {
  if (bucket === null) return { tokens: capacityOf(ratePerSecond), at: now };
  const elapsed = now - bucket.at;
  // A set-back clock must not stop deliveries; one that is a little behind must not refill twice.
  if (elapsed < 0) return elapsed < -MOST_SKEW_MS ? { tokens: bucket.tokens, at: now } : bucket;
  return { tokens: Math.min(mostOf(ratePerSecond), bucket.tokens + (elapsed / 1_000) * ratePerSecond), at: now };
}

/** What the bucket holds for those of whom the first has waited `waitedMs`. */
export const owed = ({ tokens, at }: Bucket, ratePerSecond: number, waitedMs: number): Bucket => ({
  tokens: Math.min(tokens, capacityOf(ratePerSecond) + (Math.max(0, waitedMs) / 1_000) * ratePerSecond),
  at,
});

export const available = ({ tokens }: Bucket): number => Math.max(0, Math.floor(tokens + 1e-9));

/**
 * Milliseconds from `at` until it is worth asking again: one call may start, or where it fills fast, half of what it
 * holds. Who asks for every single call pays a commit for each, and gets no more of them.
 */
export function untilNextMs({ tokens }: Bucket, ratePerSecond: number): number {
  if (tokens >= 1 - 1e-9) return 0;
  return Math.ceil(((Math.max(1, capacityOf(ratePerSecond) / 2) - tokens) / ratePerSecond) * 1_000);
}
