/** OBX-5 by the type in OBX-2 (v2-to-FHIR: OBX[Observation]); nothing is parsed out of text, nothing is dropped. */
import type { Extension, Quantity } from 'fhir/r4.js';
import type { Draft, Leaf } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { decimalOf } from '../hl7v2/datatypes/nm.ts';
import { dateTimeOf, periodOf } from '../hl7v2/datatypes/ts.ts';
import { cellsIn, joinedLeaf, leafAt, type Reading } from '../hl7v2/leaf.ts';
import type { Repetition, Segment } from '../hl7v2/message.ts';
import { sourceField } from '../hl7v2/segments/remainder.ts';
import { encapsulated, pointer, type ReadAttachment } from './attachment.ts';
import { wholeText } from './fields.ts';
import type { ResultLines } from './groups.ts';
import { quantity, unitOf, type Unit } from './quantity.ts';
import { structuredNumeric } from './structured-numeric.ts';
import type { ValueDraft } from './value-draft.ts';

const RULE = 'lab.result.value';

export interface ReadValue {
  /** One value, or none. */
  readonly value: ValueDraft;
  /** Several values of one result: one component each. */
  readonly several: readonly ValueDraft[];
  readonly attachments: readonly ReadAttachment[];
  /** Set when the value is a quantity: limits are in the same unit. */
  readonly unit: Unit | undefined;
  /** Every value is a quantity, so that the unit of OBX-6 has its place. */
  readonly allMeasured: boolean;
  /** The type OBX-2 names, when it is none this mapping knows. */
  readonly extension: readonly Draft<Extension>[];
}

/** Reads one repetition; undefined: no value there, or none of that type. */
type Reader = (repetition: Repetition, reading: Reading, unit: Unit) => ValueDraft | undefined;

const coded: Reader = (repetition, reading) => {
  const concept = codeableConcept(repetition, RULE, reading);
  return concept && { valueCodeableConcept: concept };
};
const moment: Reader = (repetition, reading) => {
  const at = dateTimeOf(repetition.cell(1), RULE, reading);
  return at && { valueDateTime: at };
};

const READERS: Readonly<Record<string, Reader>> = {
  NM: (repetition, reading, unit) => {
    const value = decimalOf(repetition.cell(1), RULE);
    if (value === undefined) {
      const text = 'The number cannot be read as one; it travels as text.';
      reading.warnings.push({ code: 'unreadable-number', location: repetition.cell(1).path(), text });
    }
    return value && { valueQuantity: quantity(value, unit) };
  },
  SN: structuredNumeric,
  CE: coded,
  CWE: coded,
  CNE: coded,
  CF: coded,
  IS: coded,
  ID: coded,
  TS: moment,
  DTM: moment,
  DT: moment,
  TM: (repetition) => {
    const cell = repetition.cell(1);
    const [, hour, minute, second = '00', fraction = ''] = CLOCK.exec(cell.text.trim()) ?? [];
    if (hour === undefined) return undefined;
    return { valueTime: leafAt(cell, `${hour}:${minute ?? ''}:${second}${fraction}`, RULE) };
  },
  DR: (repetition, reading) => {
    const period = periodOf(repetition.cell(1), repetition.cell(2), RULE, reading);
    return period && { valuePeriod: period };
  },
  NR: (repetition, _reading, unit) => {
    const low = decimalOf(repetition.cell(1), RULE);
    const high = decimalOf(repetition.cell(2), RULE);
    const limit = (value: Leaf<number> | undefined): Draft<Quantity> | undefined => value && quantity(value, unit);
    return low || high ? { valueRange: { low: limit(low), high: limit(high) } } : undefined;
  },
};

/** HHMM[SS[.S…]]; with an offset FHIR `time` cannot say it. */
const CLOCK = /^([01]\d|2[0-3])([0-5]\d)(?:([0-5]\d)(\.\d+)?)?$/;
const TEXTS: ReadonlySet<string> = new Set(['ST', 'TX', 'FT', '']);

export function valueOf({ obx, more }: ResultLines, reading: Reading): ReadValue {
  const type = obx.at(2).text.trim();
  const none: ReadValue = {
    value: {},
    several: [],
    attachments: [],
    unit: undefined,
    allMeasured: false,
    extension: [],
  };
  const repetitions = [obx, ...more].flatMap((line) => line.reps(5).filter(({ filled }) => filled));
  if (repetitions.length === 0) return none;
  if (type === 'ED' || type === 'RP') return attached(repetitions, type, none);
  if (TEXTS.has(type)) return { ...none, value: text(repetitions) };
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read === undefined) return { ...none, value: text(repetitions), extension: [unknownType(obx, type)] };
  const unit = NUMERIC.has(type) ? unitOf(obx, reading) : {};
  const values = repetitions.map((repetition) => read(repetition, reading, unit) ?? text([repetition]));
  const measured = values.filter((value) => value.valueQuantity ?? value.valueRange ?? value.valueRatio);
  // The unit of what is no number has no place beside it.
  if (measured.length === 0) for (const cell of cellsIn(obx.rep(6))) obx.release(cell);
  const about = { unit: measured.length > 0 ? unit : undefined, allMeasured: measured.length === values.length };
  const [first = {}] = values;
  return values.length > 1 ? { ...none, ...about, several: values } : { ...none, ...about, value: first };
}

const NUMERIC: ReadonlySet<string> = new Set(['NM', 'SN', 'NR']);

const unknownType = (obx: Segment, type: string): Draft<Extension> => sourceField(obx.at(2).path(), type, RULE);

/** Repetitions are lines of one text. */
function text(repetitions: readonly Repetition[]): ValueDraft {
  const lines = repetitions.map((repetition) => wholeText(repetition, RULE));
  const [first, ...others] = lines.filter((line) => line !== undefined);
  if (first === undefined) return {};
  const joined = lines.map((line) => line?.value ?? '').join('\n');
  return { valueString: lines.length === 1 ? first : joinedLeaf([first, ...others], joined, RULE) };
}

function attached(repetitions: readonly Repetition[], type: 'ED' | 'RP', none: ReadValue): ReadValue {
  const attachments: ReadAttachment[] = [];
  const rest: Repetition[] = [];
  for (const repetition of repetitions) {
    const attachment = type === 'ED' ? encapsulated(repetition) : pointer(repetition);
    if (attachment === undefined) rest.push(repetition);
    else attachments.push(attachment);
  }
  return { ...none, attachments, value: rest.length > 0 ? text(rest) : {} };
}
