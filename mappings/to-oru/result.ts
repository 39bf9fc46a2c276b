/** Observation to OBX: the inverse of `lab-oru/observation.ts`. */
import type { Attachment, Observation, ObservationComponent } from 'fhir/r4.js';
import { constant, Leaf } from '../draft.ts';
import { cwe } from '../hl7v2/write/codes.ts';
import { ei, ownNumber } from '../hl7v2/write/numbers.ts';
import { annotations } from '../hl7v2/write/notes.ts';
import { since, type Writing } from '../hl7v2/write/partner.ts';
import { xcn, xon } from '../hl7v2/write/people.ts';
import { rep, SheetSegment, type Fields, type Rep, type Said } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import { attachmentOf, valueOf, type WrittenValue } from '../hl7v2/write/values.ts';
import { writeTime } from '../hl7v2/time.ts';
import { flags, ranges } from './interpretation.ts';
import { isSame } from './same.ts';
import { RESULT, statusCode } from './status.ts';

const RULE = 'to-oru.result';

export interface WrittenResult {
  readonly segments: readonly SheetSegment[];
  /** Comments of people on it. */
  readonly comments: readonly Leaf<string>[];
}

/**
 * One OBX; one more for each component with a code of its own (a blood pressure), under the same OBX-4. Several values
 * under one code are repetitions of OBX-5. `first`: OBX-1; `file`: what the report shows of it.
 */
export function resultSegments(
  one: Spot<Observation>,
  first: number,
  subId: string,
  writing: Writing,
  file?: Spot<Attachment>,
): WrittenResult {
  const { partner } = writing;
  const components = each(one.at('component'));
  const repeated = components.length > 0 && components.every((part) => isSame(one.at('code'), part.at('code')));
  const values = repeated
    ? components.map((part) => valueOf(part, partner)).filter((value) => value !== undefined)
    : [valueOf(one, partner) ?? attached(one) ?? (file && attachmentOf(file))].filter((value) => value !== undefined);
  if (repeated) for (const part of components) part.at('code').pass('they are values of one code (OBX-3)');
  const common = commonFields(one, subId, writing);
  const parts = repeated ? [] : components;
  // Parts without a value of the whole stand alone: what they are together, the order says, or the words behind them.
  const alone = parts.length > 0 && values.length === 0;
  const own = alone ? [] : [wholeSegment(one, values, first, common, writing)];
  const more = parts.map((part, index) => partSegment(part, first + own.length + index, common, writing));
  if (one.value?.status === 'cancelled') notPerformed(one);
  return { segments: [...own, ...more], comments: annotations(one.at('note'), partner) };
}

const wholeSegment = (
  one: Spot<Observation>,
  values: readonly WrittenValue[],
  index: number,
  common: Fields,
  { partner }: Writing,
): SheetSegment =>
  new SheetSegment('OBX', {
    ...common,
    1: constant(String(index), RULE),
    ...valueFields(values),
    3: cwe(one.at('code'), partner),
    7: ranges(one),
    8: flags(one),
  });

function partSegment(part: Spot<ObservationComponent>, index: number, common: Fields, { partner }: Writing) {
  const value = valueOf(part, partner);
  return new SheetSegment('OBX', {
    ...common,
    1: constant(String(index), RULE),
    ...valueFields(value === undefined ? [] : [value]),
    3: cwe(part.at('code'), partner),
    7: ranges(part),
    8: flags(part),
  });
}

/** What stands in the OBX of the whole and of each part. */
function commonFields(one: Spot<Observation>, subId: string, writing: Writing): Fields {
  const { partner } = writing;
  const performers = each(one.at('performer'));
  const later = since(partner, '2.6');
  return {
    4: subId === '' ? undefined : new Leaf(subId, one, RULE),
    11: statusCode(one, RESULT),
    14: momentOf(one, writing),
    15: producer(performers.map((who) => xon(who, writing)).find((who) => who !== undefined)),
    16: performers.map((who) => xcn(who, writing)),
    17: cwe(one.at('method'), partner),
    18: ei(one.value?.device?.identifier === undefined ? undefined : one.at('device').at('identifier'), partner),
    20: later ? cwe(one.at('bodySite'), partner) : undefined,
    21: later ? ei(ownNumber(one.at('identifier')), partner) : undefined,
  };
}

/** OBX-5 holds one type: values of another type than the first go as words of theirs. */
function valueFields(values: readonly WrittenValue[]): Fields {
  const [first] = values;
  if (first === undefined) return {};
  const alike = values.every(({ type }) => type === first.type);
  const type = alike ? first.type : 'ST';
  return { 2: constant(type, RULE), 5: values.map(({ value }) => (alike ? value : asWords(value))), 6: first.unit };
}

function asWords(value: Rep | undefined): Rep | undefined {
  const [first, ...others] = (value?.components ?? []).flat().filter((leaf) => leaf !== undefined);
  return first && rep(new Leaf([first, ...others].map((leaf) => leaf.value).join(' '), first.place, RULE));
}

function attached(one: Spot<Observation>): WrittenValue | undefined {
  const found = each(one.at('extension')).find(({ value }) => value?.valueAttachment !== undefined);
  found?.at('url').pass('OBX-2 says it');
  return found && attachmentOf(found.at('valueAttachment'));
}

/** OBX-14; what OBR-7 and -8 said already as a period is not said again. */
function momentOf(one: Spot<Observation>, { partner }: Writing): Said {
  const time = (text: string): string => writeTime(text, partner.timezone);
  const period = one.at('effectivePeriod');
  const start = period.unread().length > 0 ? period.at('start').saidAs(RULE, time) : undefined;
  return one.at('effectiveDateTime').saidAs(RULE, time) ?? one.at('effectiveInstant').saidAs(RULE, time) ?? start;
}

/** OBX-15 (CE): number, name and register of the organisation. */
function producer(organisation: Rep | undefined): Rep | undefined {
  const [name, , old, , , by, , , , number] = organisation?.components ?? [];
  const value = number ?? old;
  const system = Array.isArray(by) ? (by as readonly Said[]).find((leaf) => leaf !== undefined) : undefined;
  return organisation && rep(value, name, value === undefined ? undefined : system);
}

/** X in OBX-11 says that it was not done. */
function notPerformed(one: Spot<Observation>): void {
  const [reason, ...more] = one.value?.dataAbsentReason?.coding ?? [];
  if (more.length === 0 && reason?.code === 'not-performed') one.at('dataAbsentReason').pass('OBX-11 says it');
}
