/** What must hold after a run, whatever was done to the gateway meanwhile. */
import type { Struck } from './blows.ts';
import { insisted } from './insisted.ts';
import { readControlId } from './patients.ts';
import type { ModelReceiver } from './receiver.ts';
import type { Tally } from './sender.ts';
import type { Counts } from './site.ts';
import type { Away } from './temper.ts';

export interface Evidence {
  readonly tally: Pick<Tally, 'acknowledged' | 'refused'>;
  readonly receiver: Pick<ModelReceiver, 'attempts' | 'effects'>;
  /** Patients, as in their control ids, whose messages the receiver refuses for good. */
  readonly poisoned: ReadonlySet<string>;
  readonly blows: readonly Struck[];
  /** When the receiver answered everything with 503. */
  readonly aways: readonly Away[];
  readonly counts: Counts;
}

/** Each a list of what is wrong: control ids, or words. All empty: nothing lost, doubled or out of order. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly reordered: readonly string[];
  /** Refused by the gateway although nothing is wrong with it. */
  readonly refused: readonly string[];
  /** Sent again although the receiver had refused it for good. */
  readonly insisted: readonly string[];
  /** Called more often while it was away than a breaker allows. */
  readonly pressed: readonly string[];
  /** The same Idempotency-Key with another body. */
  readonly altered: readonly string[];
  readonly unbalanced: readonly string[];
}

export const faultsOf = (verdict: Verdict): [string, readonly string[]][] =>
  (Object.entries(verdict) as [string, readonly string[]][]).filter(([, found]) => found.length > 0);

export function judge({ tally, receiver, poisoned, blows, aways, counts }: Evidence): Verdict {
  const { attempts, effects } = receiver;
  const isPoisoned = (controlId: string): boolean => poisoned.has(readControlId(controlId).patient);
  const effect = occurrences(effects.map(({ message }) => message));
  const attempted = new Set(attempts.map(({ message }) => message));
  const acknowledged = [...tally.acknowledged];
  return {
    lost: acknowledged.filter((id) => !(isPoisoned(id) ? attempted.has(id) : effect.has(id))),
    doubled: [...effect].filter(([, count]) => count > 1).map(([id]) => id),
    reordered: [...outOfOrder(attempts), ...outOfOrder(effects)],
    refused: tally.refused,
    insisted: insisted(attempts, blows),
    pressed: aways.flatMap((away) => pressed(attempts, away, blows)),
    altered: attempts.filter((attempt) => attempt.effect === 'other-bytes').map(({ message }) => message),
    unbalanced: unbalanced(counts, acknowledged.length, acknowledged.filter(isPoisoned).length),
  };
}

function occurrences(items: readonly string[]): Map<string, number> {
  const count = new Map<string, number>();
  for (const item of items) count.set(item, (count.get(item) ?? 0) + 1);
  return count;
}

/** Messages that came after a later one of the same patient. */
export function outOfOrder(seen: readonly { readonly message: string }[]): string[] {
  const last = new Map<string, number>();
  return seen.flatMap(({ message }) => {
    const { patient, sequence } = readControlId(message);
    const before = last.get(patient) ?? -1;
    if (sequence < before) return [`${message} after ${before}`];
    last.set(patient, sequence);
    return [];
  });
}

/** Failures in a row that open a breaker, and the calls under way by then. */
const BURST = 10 + 16;
/** Each opening lasts at least half of `maxDelayMs`, but the first few. */
const [INTERVAL_MS, FIRST_FEW] = [250, 3];

/**
 * A burst opens the breaker, and then one probe ends each opening. A success that was on its way closes it once more,
 * and of a process that was killed nobody learns what its calls came to.
 */
function pressed(attempts: ModelReceiver['attempts'], { from, to }: Away, blows: readonly Struck[]): string[] {
  const within = (at: number): boolean => at >= from && at <= to;
  const count = attempts.filter(({ at }) => within(at)).length;
  const bursts = 2 + blows.filter((blow) => within(blow.from)).length;
  const most = bursts * BURST + FIRST_FEW + Math.ceil((to - from) / INTERVAL_MS);
  return count > most ? [`${count} calls in ${Math.round(to - from)} ms`] : [];
}

function unbalanced(counts: Counts, accepted: number, dead: number): string[] {
  const expected = { received: accepted, refused: 0, pending: 0, delivered: accepted - dead, dead, balanced: true };
  return Object.entries(expected).flatMap(([name, value]) => {
    const found = counts[name as keyof Counts];
    return found === value ? [] : [`${name} is ${String(found)}, not ${String(value)}`];
  });
}
