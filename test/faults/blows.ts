/** Which blows fall, and when. */
import { eventually } from '../setup/gateway.ts';
import { between, type Random } from './random.ts';
import type { Blow } from './site.ts';

export interface Moment {
  /** How far the run is then: half of it is taking, half delivering, so that a blow falls amid both. */
  readonly at: number;
  readonly blow: Blow;
}

/** `count` blows at moments up to `last`, in no order. */
export const drawn = (count: number, blows: readonly Blow[], last: number, random: Random): Moment[] =>
  Array.from({ length: count }, () => ({ at: between(random, 0, last), blow: choose(random, blows) }));

function choose(random: Random, blows: readonly Blow[]): Blow {
  let left = random() * blows.reduce((sum, { share }) => sum + share, 0);
  const chosen = blows.find(({ share }) => (left -= share) < 0) ?? blows.at(-1);
  if (chosen === undefined) throw new Error('there is nothing to strike with');
  return chosen;
}

/** One that fell: `performance.now()` when it began, and when what was struck ran again. */
export interface Struck extends Pick<Blow, 'harms'> {
  readonly from: number;
  readonly to: number;
}

export interface Fallen {
  readonly blows: Struck[];
  readonly counts: Record<string, number>;
}

const LONGEST_STANDSTILL_MS = 120_000;

/** Strikes in order as `progress` goes on; rejects when it stands still. */
export async function strike(
  moments: readonly Moment[],
  progress: () => number,
  random: Random,
  fallen: Fallen,
): Promise<void> {
  const going: Promise<void>[] = [];
  for (const { at, blow } of [...moments].sort((a, b) => a.at - b.at)) {
    await eventually(async () => progress() >= at, LONGEST_STANDSTILL_MS);
    const place = fallen.blows.length;
    const fell = { from: performance.now(), to: Number.POSITIVE_INFINITY, ...(blow.harms && { harms: blow.harms }) };
    fallen.blows.push(fell);
    fallen.counts[blow.name] = (fallen.counts[blow.name] ?? 0) + 1;
    const struck = blow.strike(random).finally(() => {
      fallen.blows[place] = { ...fell, to: performance.now() };
    });
    if (blow.meanwhile) going.push(struck);
    else await struck;
  }
  await Promise.all(going);
}
