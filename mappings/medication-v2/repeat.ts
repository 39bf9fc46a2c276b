/** Repeat patterns to Timing.repeat, by the table and never by guess. */
import type { Period, TimingRepeat } from 'fhir/r4.js';
import type { Draft, Leaf } from '../draft.ts';
import { decimalOf, isDecimal } from '../hl7v2/datatypes/nm.ts';
import { leafAt } from '../hl7v2/leaf.ts';
import type { Cell } from '../hl7v2/message.ts';
import { translate } from '../terminology/translate.ts';
import table from './repeat-patterns.json' with { type: 'json' };
import type { Pattern, Statement } from './statement.ts';

const RULE = 'medication.timing';
type Unit = NonNullable<TimingRepeat['periodUnit']>;
/** The moments the table names. */
type When = 'MORN' | 'EVE' | 'HS' | 'ACM' | 'ACD' | 'ACV' | 'PCM' | 'PCD' | 'PCV';
type Day = NonNullable<TimingRepeat['dayOfWeek']>[number];

/** What a pattern code says: numbers and codes of Timing.repeat. */
interface Known {
  readonly frequency?: number;
  readonly period?: number;
  readonly periodUnit?: string;
  readonly when?: string;
  readonly count?: number;
  readonly day?: string;
}

const CODES: Readonly<Record<string, Known>> = table.codes;
const PATTERNS = table.patterns.map(({ pattern, repeat }) => ({ test: new RegExp(pattern), repeat }));
const WEEKDAY = new RegExp(table.weekdays.pattern);

/** The pattern of a code by the table; undefined when it does not hold it. */
function patternOf(code: string): Known | undefined {
  if (Object.hasOwn(CODES, code)) return CODES[code];
  const day = WEEKDAY.exec(code);
  if (day !== null) {
    const name = table.weekdays.days[Number(day[2]) - 1];
    return { frequency: 1, period: Number(day[1] ?? '1'), periodUnit: 'wk', ...(name !== undefined && { day: name }) };
  }
  for (const { test, repeat } of PATTERNS) {
    const n = Number(test.exec(code)?.[1]);
    if (Number.isNaN(n)) continue;
    const numeric = (value: number | string): number => (value === 'n' ? n : Number(value));
    return { frequency: numeric(repeat.frequency), period: numeric(repeat.period), periodUnit: repeat.periodUnit };
  }
  return undefined;
}

const AS_NEEDED: ReadonlySet<string> = new Set(table.asNeeded.codes);

/** `PRN`, or `PRNQ6H`: as needed, and the frequency after it. */
export function asNeededIn(code: string): { readonly asNeeded: boolean; readonly rest: string } {
  if (AS_NEEDED.has(code)) return { asNeeded: true, rest: '' };
  const { prefix } = table.asNeeded;
  const rest = code.slice(prefix.length);
  return code.startsWith(prefix) && patternOf(rest) !== undefined
    ? { asNeeded: true, rest }
    : { asNeeded: false, rest: code };
}

/** Timing.repeat, as far as it is known. */
export interface Repeat {
  readonly boundsPeriod?: Draft<Period> | undefined;
  readonly count?: Leaf<number> | undefined;
  readonly duration?: Leaf<number> | undefined;
  readonly durationUnit?: Leaf<Unit> | undefined;
  readonly frequency?: Leaf<number> | undefined;
  readonly period?: Leaf<number> | undefined;
  readonly periodUnit?: Leaf<Unit> | undefined;
  readonly dayOfWeek?: readonly Leaf<Day>[] | undefined;
  readonly timeOfDay?: readonly Leaf<string>[] | undefined;
  readonly when?: readonly Leaf<When>[] | undefined;
}

/** Undefined when the table does not hold the code: the words stay, and nothing is structured. */
export function repeatOf(pattern: Pattern): Repeat | undefined {
  const cell = pattern.code;
  if (!cell.filled) return everyOf(pattern);
  const known = patternOf(asNeededIn(cell.text.trim()).rest);
  if (known === undefined) return undefined;
  const leaf = <T extends string | number>(value: T | undefined): Leaf<T> | undefined =>
    value === undefined ? undefined : leafAt(cell, value, `${RULE}.pattern`);
  const list = <T extends string>(value: T | undefined): Leaf<T>[] | undefined =>
    value === undefined ? undefined : [leafAt(cell, value, `${RULE}.pattern`)];
  return {
    count: leaf(known.count),
    frequency: leaf(known.frequency),
    period: leaf(known.period),
    periodUnit: leaf(known.periodUnit as Unit | undefined),
    dayOfWeek: list(known.day as Day | undefined),
    when: list(known.when as When | undefined),
  };
}

const TIME_UNITS: ReadonlySet<string> = new Set(['s', 'min', 'h', 'd', 'wk', 'mo', 'a']);

/** A FHIR unit of time by the tables of units. */
export function timeUnit(cell: Cell | undefined, rule: string): Leaf<Unit> | undefined {
  const text = cell?.text.trim() ?? '';
  const found = translate('dose-units', '', text) ?? translate('units', '', text);
  if (cell === undefined || found === undefined || !TIME_UNITS.has(found.code)) return undefined;
  return leafAt(cell, found.code as Unit, rule, found.map);
}

const isPositive = ({ text }: Cell): boolean => isDecimal(text.trim()) && Number(text) > 0;

/** RPT.5 and .6 without a code: once per 180 min. */
function everyOf({ every }: Pattern): Repeat | undefined {
  if (every === undefined || !isPositive(every[0])) return undefined;
  const periodUnit = timeUnit(every[1], RULE);
  if (periodUnit === undefined) return undefined;
  return { frequency: leafAt(every[0], 1, RULE), period: decimalOf(every[0], RULE), periodUnit };
}

/** TQ1-13 and -14: how long one administration takes, and how many there are. */
export function occurrences({ occurrence, count }: Statement): Pick<Repeat, 'duration' | 'durationUnit' | 'count'> {
  const [amount, unit] = occurrence;
  const durationUnit = isPositive(amount) ? timeUnit(unit, RULE) : undefined;
  const total = count.text.trim();
  return {
    ...(durationUnit && { duration: decimalOf(amount, RULE), durationUnit }),
    count: /^[1-9]\d{0,8}$/.test(total) ? leafAt(count, Number(total), RULE) : undefined,
  };
}

const CLOCK = /^([01]\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d))?$/;

/** `0800`, or `0800,2000` in one cell; all or none, for half of the times would be another schedule. */
export function timesOfDay(cells: readonly Cell[]): Leaf<string>[] | undefined {
  const times = cells.flatMap((cell) => cell.text.split(',').map((text) => ({ cell, clock: CLOCK.exec(text.trim()) })));
  if (times.length === 0 || times.some(({ clock }) => clock === null)) return undefined;
  return times.map(({ cell, clock }) =>
    leafAt(cell, `${clock?.[1] ?? ''}:${clock?.[2] ?? ''}:${clock?.[3] ?? '00'}`, RULE),
  );
}
