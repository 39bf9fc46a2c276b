import type { Struck } from './blows.ts';
import { insisted } from './insisted.ts';
import type { Attempt } from './receiver.ts';

const OPEN = Number.POSITIVE_INFINITY;

/** Refused at 10 s, and come again a minute later. */
const twice = (endedAt: number, again = 70_000): Attempt[] => {
  const refused: Attempt = {
    message: 'b-0',
    patient: 'P',
    key: 'key of b-0',
    connection: { endedAt },
    at: 10_000,
    effect: 'none',
    answer: 422,
  };
  return [refused, { ...refused, connection: { endedAt: OPEN }, at: again }];
};
const kill = (from: number): Struck => ({ harms: 'process', from, to: from + 1_500 });
const outage = (from: number, to: number): Struck => ({ harms: 'ledger', from, to });
const excused = (blows: readonly Struck[], endedAt: number, again?: number): boolean =>
  insisted(twice(endedAt, again), blows).length === 0;

describe('a message that comes again after it was refused for good', () => {
  it('is excused where its process was killed before the answer could be written', () => {
    expect(excused([kill(10_050)], 10_051)).toBe(true);
    // Its last moments, after the blow had begun.
    expect(excused([kill(9_990)], 10_020)).toBe(true);
    // An ended connection tells nothing about the process where it ended before.
    expect(excused([kill(11_000)], 10_500)).toBe(true);
  });

  it('is not where nothing fell, or something that forgets nothing', () => {
    expect(excused([], OPEN)).toBe(false);
    expect(excused([{ from: 10_050, to: 11_000 }], 10_051)).toBe(false);
  });

  it('is not where its process was killed long after, or after it had come again', () => {
    expect(excused([kill(20_000)], 20_001)).toBe(false);
    expect(excused([kill(11_000)], 11_001, 10_500)).toBe(false);
    expect(excused([kill(5_000)], 10_051)).toBe(false);
  });

  it('is not where another process was killed: the connection it came on lived on', () => {
    expect(excused([kill(10_050)], OPEN)).toBe(false);
    expect(excused([kill(10_050)], 30_000)).toBe(false);
  });

  it('is not where the ledger was away: who had the answer kept it', () => {
    expect(excused([outage(9_000, 15_000)], OPEN)).toBe(false);
  });

  it('is excused where the process was killed while the ledger was away, or before the next try after it', () => {
    expect(excused([outage(9_000, 15_000), kill(14_000)], 14_001)).toBe(true);
    expect(excused([outage(9_000, 15_000), kill(24_000)], 24_001)).toBe(true);
    expect(excused([outage(9_000, 15_000), outage(20_000, 30_000), kill(40_000)], 40_001)).toBe(true);
    expect(excused([outage(9_000, 15_000), kill(40_000)], 40_001)).toBe(false);
    expect(excused([outage(2_000, 8_000), kill(17_000)], 17_001)).toBe(false);
  });
});
