/** When the medication is agreed to be used: ext-TimeInterval.Period, from TQ1, RXE-1 and ORC-7, and where it stops. */
import type { Duration, Extension } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { decimalOf, isDecimal } from '../hl7v2/datatypes/nm.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { leafAt, type Reading } from '../hl7v2/leaf.ts';
import type { Cell } from '../hl7v2/message.ts';
import { DURATION, PERIOD_OF_USE } from '../medication-profile.ts';
import type { OrderControl } from './control.ts';
import type { OrderGroup } from './order-group.ts';
import type { Statement, Statements } from './statement.ts';
import { isAfter } from './moments.ts';
import { timeUnit } from './repeat.ts';

const RULE = 'medication.period';

export function periodOfUse(
  { orc }: OrderGroup,
  { dosed, all }: Statements,
  { stopped }: OrderControl,
  reading: Reading,
): Draft<Extension> | undefined {
  const start = startOf(dosed, all, reading);
  const planned = endOf(dosed, all, reading);
  const end = stopped ? effective([orc?.at(15), orc?.at(9)], planned, reading) : planned;
  if (start && end && isAfter(start, end, reading)) {
    // A period that ends before it starts is none: what was said travels as it is.
    const text = 'The period of use ends before it starts; its times travel as text only.';
    reading.warnings.push({ code: 'unreadable-time', location: end.path(), text });
    return undefined;
  }
  const duration = start && end ? undefined : durationOf(dosed);
  const from = start && dateTimeOf(start, RULE, reading);
  const to = end && dateTimeOf(end, RULE, reading);
  if (from === undefined && to === undefined && duration === undefined) return undefined;
  return {
    url: constant(PERIOD_OF_USE, RULE),
    valuePeriod: {
      ...(duration && { extension: [{ url: constant(DURATION, RULE), valueDuration: duration }] }),
      start: from,
      end: to,
    },
  };
}

const filledIn = (cells: readonly Cell[]): Cell[] => cells.filter(({ filled }) => filled);

/** The first of the statements, when all of them begin; else the strongest place that says. */
function startOf(dosed: readonly Statement[], all: readonly Statement[], reading: Reading): Cell | undefined {
  const starts = filledIn(dosed.map(({ start }) => start));
  if (starts.length > 0) return extreme(starts, (one, best) => isAfter(best, one, reading));
  return all.map(({ start }) => start).find(({ filled }) => filled);
}

/** The last of the statements; a statement without an end goes on, and so does the use. */
function endOf(dosed: readonly Statement[], all: readonly Statement[], reading: Reading): Cell | undefined {
  const ends = filledIn(dosed.map(({ end }) => end));
  if (ends.length > 0) {
    return ends.length === dosed.length ? extreme(ends, (one, best) => isAfter(one, best, reading)) : undefined;
  }
  return all.map(({ end }) => end).find(({ filled }) => filled);
}

function extreme(cells: readonly Cell[], isBetter: (one: Cell, best: Cell) => boolean): Cell | undefined {
  return cells.reduce<Cell | undefined>(
    (best, cell) => (best === undefined || isBetter(cell, best) ? cell : best),
    undefined,
  );
}

/**
 * When a stop takes effect (HL7 v2.5 §4.5.1.15): ORC-15, and without it ORC-9. A planned end that lies before that moment
 * is the end; one after it is what the stop puts aside.
 */
function effective(
  cells: readonly (Cell | undefined)[],
  planned: Cell | undefined,
  reading: Reading,
): Cell | undefined {
  const said = cells.find((cell) => cell?.filled === true);
  if (said === undefined || planned === undefined) return said ?? planned;
  return said.field !== 15 && !isAfter(planned, said, reading) ? planned : said;
}

const TQ_UNITS: Readonly<Record<string, string>> = { S: 's', M: 'min', H: 'h', D: 'd', W: 'wk' };

/** TQ1-6 (CQ) or TQ.3 (`D4`; HL7 v2.5 §4.3.3). L, lunar months, is no UCUM unit and stays text. */
function durationOf(dosed: readonly Statement[]): Draft<Duration> | undefined {
  const [statement] = dosed;
  if (dosed.length !== 1 || statement === undefined) return undefined;
  const [amount, unit] = statement.duration;
  const text = amount.text.trim();
  const coded = /^([SMHDW])([1-9]\d*)$/.exec(text);
  if (unit === undefined && coded !== null) {
    const code = TQ_UNITS[coded[1] ?? ''] ?? '';
    return ucum(leafAt(amount, Number(coded[2]), RULE), leafAt(amount, code, RULE), undefined);
  }
  if (!isDecimal(text) || !unit) return undefined;
  const word = { cell: unit, text: unit.text.trim() };
  const letter = TQ_UNITS[word.text];
  const code = letter === undefined ? timeUnit(unit, RULE) : leafAt(unit, letter, RULE);
  const value = code && decimalOf(amount, RULE);
  return value ? ucum(value, code, leafAt(unit, word.text, RULE)) : undefined;
}

const ucum = (value: Leaf<number>, code: Leaf<string>, unit: Leaf<string> | undefined): Draft<Duration> => ({
  value,
  unit,
  system: constant(SYSTEM.ucum, RULE),
  code,
});
