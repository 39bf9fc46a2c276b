/** Chance that can be repeated from a seed. */

/** Uniform in [0, 1). */
export type Random = () => number;

/** mulberry32: small, fast, good enough to choose moments with. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `least` up to and without `most`. */
export const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least));

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[between(random, 0, items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
