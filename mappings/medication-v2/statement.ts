/** One timing statement, whichever of TQ1 (v2.5 and up), RXE-1 or ORC-7 (TQ, until v2.4 and often after) holds it. */
import { sameAs } from '../hl7v2/leaf.ts';
import type { Cell, Repetition, Segment } from '../hl7v2/message.ts';
import type { Level, OrderGroup } from './order-group.ts';

/** One repeat pattern: RPT, or the interval of a TQ. */
export interface Pattern {
  readonly code: Cell;
  readonly words: readonly Cell[];
  /** RPT.5 and RPT.6: once per so many units. */
  readonly every: readonly [amount: Cell, unit: Cell] | undefined;
}

export interface Statement {
  readonly patterns: readonly Pattern[];
  /** HHMM, or several with commas. */
  readonly times: readonly Cell[];
  /** Amount and unit of a CQ, or `D4` in one cell. */
  readonly duration: readonly [Cell, Cell | undefined];
  readonly start: Cell;
  readonly end: Cell;
  readonly priority: Cell;
  readonly condition: Cell;
  readonly text: Cell;
  /** `S`: the next statement follows this one; `A`: beside it (HL7 table 0472). */
  readonly conjunction: Cell;
  readonly occurrence: readonly [Cell, Cell | undefined];
  readonly count: Cell;
}

function ofSegment(tq1: Segment): Statement {
  return {
    patterns: tq1.reps(3).map((repetition) => ({
      code: repetition.cell(1),
      words: [repetition.cell(1, 2), repetition.cell(1, 3)],
      every: [repetition.cell(5), repetition.cell(6)],
    })),
    times: tq1.reps(4).map((repetition) => repetition.cell(1)),
    duration: [tq1.at(6), tq1.at(6, 2)],
    start: tq1.at(7),
    end: tq1.at(8),
    priority: tq1.at(9),
    condition: tq1.at(10),
    text: tq1.at(11),
    conjunction: tq1.at(12),
    occurrence: [tq1.at(13), tq1.at(13, 2)],
    count: tq1.at(14),
  };
}

function ofTq(tq: Repetition): Statement {
  return {
    patterns: tq.cell(2).filled ? [{ code: tq.cell(2), words: [], every: undefined }] : [],
    times: tq.cell(2, 2).filled ? [tq.cell(2, 2)] : [],
    duration: [tq.cell(3), undefined],
    start: tq.cell(4),
    end: tq.cell(5),
    priority: tq.cell(6),
    condition: tq.cell(7),
    text: tq.cell(8),
    conjunction: tq.cell(9),
    occurrence: [tq.cell(11), tq.cell(11, 2)],
    count: tq.cell(12),
  };
}

export interface Statements {
  /** What is dosed by: in order, at least one unless the group says nothing of timing. */
  readonly dosed: readonly Statement[];
  /** All that is said of timing, the strongest first: for a start, an end or a priority that the first leaves open. */
  readonly all: readonly Statement[];
}

/** TQ1 of the encoded order, else of the request; else RXE-1 and ORC-7, whichever says how often. */
export function statementsOf({ orc, rxe, encoded, requested }: OrderGroup): Statements {
  const segments = (level: Level): Statement[] => level.timings.map(ofSegment);
  const inRxe = rxe?.rep(1).filled === true ? [ofTq(rxe.rep(1))] : [];
  const inOrc = (orc?.reps(7) ?? []).filter(({ filled }) => filled).map(ofTq);
  const ways = [segments(encoded), segments(requested), inRxe, inOrc].filter((way) => way.length > 0);
  const often = ways.find((way) => way.some(({ patterns, times }) => patterns.length > 0 || times.length > 0));
  // TQ1 is the timing in its own segment; an empty one is not made up for by a weaker field.
  const [first = []] = ways;
  const dosed =
    first.length > 0 && (encoded.timings.length > 0 || requested.timings.length > 0) ? first : (often ?? first);
  return { dosed, all: ways.flat() };
}

/**
 * Marks what a weaker place repeats of the first statement to the letter (a start in RXE-1 and in TQ1), so that it does
 * not travel twice.
 */
export function markRepeats({ dosed: [first], all }: Statements): void {
  if (first === undefined) return;
  const cellsOf = (statement: Statement): Cell[] => [
    statement.start,
    statement.end,
    statement.priority,
    statement.condition,
    statement.text,
    statement.duration[0],
    ...statement.patterns.slice(0, 1).map(({ code }) => code),
  ];
  const said = cellsOf(first);
  for (const statement of all) {
    if (statement === first) continue;
    cellsOf(statement).forEach((cell, index) => {
      const same = said[index];
      const isFree = cell.segment.howUsed(cell) === undefined;
      if (same && isFree && cell.filled && cell.text.trim() === same.text.trim())
        cell.segment.markUsed(cell, sameAs(same));
    });
  }
}
