/** Rounds that take turns on one gateway, without and with trouble, and what the trouble costs. */

const ROUNDS = 5;
const LEAST = 0.95;

export type Tell = (line: string) => void;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** The median of the troubled rounds beside that of the others decides; each beside the one before it is told as well. */
export function compared(what: string, calm: readonly number[], troubled: readonly number[], tell: Tell): boolean {
  const ratio = median(troubled) / median(calm);
  const paired = median(troubled.map((rate, round) => rate / (calm[round] ?? Number.NaN)));
  const list = (rates: readonly number[]): string => rates.map((rate) => rate.toFixed(0)).join(' ');
  tell(
    `${what}: ${ratio.toFixed(3)} × the undisturbed rate, round by round ${paired.toFixed(3)} ` +
      `(${list(troubled)} beside ${list(calm)} messages/s)`,
  );
  return ratio >= LEAST;
}

/**
 * Rounds by turns without and with trouble. `play` returns how many the round delivered to those in no trouble; then
 * the trouble ends, and what it held back is delivered before the next.
 */
export async function byTurns(
  what: string,
  tell: Tell,
  play: (round: number, troubled: boolean) => Promise<number>,
  end: () => Promise<unknown>,
): Promise<boolean> {
  const rates: Record<'calm' | 'troubled', number[]> = { calm: [], troubled: [] };
  // One more before them warms the gateway up.
  for (let round = 0; round <= ROUNDS * 2; round += 1) {
    const troubled = round > 0 && round % 2 === 0;
    const startedAt = performance.now();
    const delivered = await play(round, troubled);
    const rate = delivered / ((performance.now() - startedAt) / 1_000);
    if (round > 0) rates[troubled ? 'troubled' : 'calm'].push(rate);
    await end();
  }
  return compared(what, rates.calm, rates.troubled, tell);
}
