/**
 * Messages sent again although the receiver had refused them for good. A worker keeps what the receiver answered until it
 * is written down, however long the ledger is away, and nobody takes over from it meanwhile. So only one thing excuses
 * it: the process that had the answer was killed before it could be in the ledger.
 */
import type { Struck } from './blows.ts';
import type { Attempt } from './receiver.ts';

/** From an answer to the commit that holds it, where the machine has more to do than it can. */
const SETTLE_MS = 2_000;
/** A worker that found no ledger tries again at least so often. */
const TRY_AGAIN_MS = 10_000;

export function insisted(attempts: readonly Attempt[], blows: readonly Struck[]): string[] {
  const refused = new Map<string, Attempt>();
  return attempts.flatMap((attempt) => {
    const before = refused.get(attempt.key);
    if (attempt.answer === 422) refused.set(attempt.key, attempt);
    return before === undefined || mayBeForgotten(before, attempt.at, blows) ? [] : [attempt.message];
  });
}

/** Whether the process that asked was killed between the answer and the moment it was surely written, and before `by`. */
function mayBeForgotten({ at, connection }: Attempt, by: number, blows: readonly Struck[]): boolean {
  const written = writtenBy(at, blows);
  return blows.some(
    ({ harms, from, to }) =>
      harms === 'process' &&
      to >= at &&
      from <= Math.min(by, written) &&
      // A connection that outlives the blow belongs to another process.
      connection.endedAt <= to,
  );
}

/** When an answer that came at this moment was in the ledger at the latest, had its process lived on. */
function writtenBy(at: number, blows: readonly Struck[]): number {
  let latest = at + SETTLE_MS;
  for (const { harms, from, to } of blows.toSorted((a, b) => a.from - b.from)) {
    if (harms === 'ledger' && from <= latest && to >= at) latest = Math.max(latest, to + TRY_AGAIN_MS + SETTLE_MS);
  }
  return latest;
}
