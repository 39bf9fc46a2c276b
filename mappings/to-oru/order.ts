/** An order with its report and its panel to ORC, OBR and TQ1: the inverse of `lab-oru/order.ts`, `report.ts`, `panel.ts`. */
import type { CodeableConcept, DiagnosticReport, Identifier, Observation, ServiceRequest } from 'fhir/r4.js';
import { constant } from '../draft.ts';
import { cwe } from '../hl7v2/write/codes.ts';
import { ei } from '../hl7v2/write/numbers.ts';
import { since, type Writing } from '../hl7v2/write/partner.ts';
import { inTable } from '../hl7v2/write/persons.ts';
import { xcn } from '../hl7v2/write/people.ts';
import { putBack } from '../hl7v2/write/put-back.ts';
import { SheetSegment, type Rep, type Said } from '../hl7v2/write/sheet.ts';
import { each, Spot } from '../hl7v2/write/spot.ts';
import type { Leaf } from '../draft.ts';
import { writeTime } from '../hl7v2/time.ts';
import { v2Table } from '../terminology/translate.ts';
import { commentsOf } from './comments.ts';
import type { ResultGroup } from './groups.ts';
import { numbersOf } from './order-numbers.ts';
import { parentOf, type Written } from './parent.ts';
import { sayOnce } from './same.ts';
import { ORDER, REPORT, RESULT, statusCode } from './status.ts';
import { collected, issued, type Effective } from './timing.ts';

const RULE = 'to-oru.order';
/** HL7 table 0485. */
const PRIORITIES = { stat: 'S', asap: 'A', routine: 'R' };
/** HL7 table 0065. */
const REFLEX = { 'reflex-order': 'G' };

export interface WrittenOrder {
  /** ORC, OBR. */
  readonly segments: readonly SheetSegment[];
  /** TQ1: behind the comments. */
  readonly timing: readonly SheetSegment[];
  /** What is noted of the order and its report, and what no field of them took. */
  readonly comments: () => readonly Leaf<string>[];
}

export function orderSegments(group: ResultGroup, index: number, written: Written, writing: Writing): WrittenOrder {
  const { order = nothing<ServiceRequest>(), report = nothing<DiagnosticReport>(), panel } = group;
  const { partner } = writing;
  const time = (text: string): string => writeTime(text, partner.timezone);
  const lone = group.results.length === 1 && group.report === undefined ? group.results[0] : undefined;
  const about: readonly Effective[] = [report, panel, lone].filter((one) => one !== undefined);
  const { placer, filler } = numbersOf(group, lone, writing);
  const [start, end] = collected(about, group, writing);
  const parent = parentOf(group, written, writing);
  const status = group.report ? statusCode(report, REPORT) : loneStatus(panel ?? lone, panel !== undefined);
  const requester = xcn(order.at('requester'), writing);
  const obr = new SheetSegment('OBR', {
    1: constant(String(index), RULE),
    2: ei(placer, partner),
    3: ei(filler, partner),
    4: codeOf(group, lone, writing),
    5: since(partner, '2.5') ? undefined : inTable(order.at('priority'), PRIORITIES, RULE),
    6: order.at('occurrenceDateTime').saidAs(RULE, time),
    7: start,
    8: end,
    11: inTable(order.at('intent'), REFLEX, RULE),
    16: requester,
    22: issued(about, group, writing),
    24: sectionOf(group),
    25: status,
    26: parent.result,
    29: parent.order,
    31: each(order.at('reasonCode')).map((one) => cwe(one, partner)),
  });
  const orc = group.order && orcOf(order, [placer, filler], requester, writing);
  const priority = since(partner, '2.5') ? inTable(order.at('priority'), PRIORITIES, RULE) : undefined;
  const tq1 = priority && new SheetSegment('TQ1', { 1: constant('1', RULE), 9: priority });
  const segments = orc === undefined ? [obr] : [orc, obr];
  const timing = tq1 === undefined ? [] : [tq1];
  if (group.order) putBack(order, [...segments, ...timing]);
  if (group.report) putBack(report, [...segments, ...timing]);
  order.at('intent').pass('a result answers an order');
  return { segments, timing, comments: () => commentsOf(group, writing) };
}

/** A resource the group does not have: all of it is absent. */
const nothing = <T>(): Spot<T> => new Spot<T>(undefined, '');

function orcOf(
  order: Spot<ServiceRequest>,
  [placer, filler]: readonly (Spot<Identifier> | undefined)[],
  requester: Rep | undefined,
  { partner }: Writing,
): SheetSegment {
  return new SheetSegment('ORC', {
    1: constant('RE', RULE),
    2: ei(placer, partner),
    3: ei(filler, partner),
    4: ei(order.value?.requisition === undefined ? undefined : order.at('requisition'), partner),
    5: statusCode(order, ORDER),
    9: order.at('authoredOn').saidAs(RULE, (text) => writeTime(text, partner.timezone)),
    12: requester,
  });
}

function codeOf(
  { order, report, panel, results }: ResultGroup,
  lone: Spot<Observation> | undefined,
  { partner }: Writing,
) {
  const codes = [order, report, panel, lone].flatMap((one) => {
    const code = one && (one as Spot<{ code?: CodeableConcept | undefined }>).at('code');
    return code?.value === undefined ? [] : [code];
  });
  const code = codes[0] ?? results[0]?.at('code');
  if (code === undefined) return undefined;
  sayOnce(code, codes.slice(1), 'said with the order');
  return cwe(code, partner);
}

function loneStatus(one: Spot<Observation> | undefined, isPanel: boolean): Said {
  if (one === undefined) return undefined;
  const { table, codes } = isPanel ? REPORT : RESULT;
  return isPanel ? statusCode(one, { table, codes: { ...codes, amended: 'C' } }) : inStatus(one);
}

/** OBX-11 says the status itself; OBR-25 what it comes to for the order. */
const inStatus = (one: Spot<Observation>): Said => {
  const code = REPORT.codes[one.value?.status ?? ''] ?? REPORT.words?.[one.value?.status ?? ''];
  return code === undefined ? undefined : constant(code, RULE);
};

/** OBR-24: of table 0074 the section rather than LAB alone. */
function sectionOf({ report, panel, results }: ResultGroup): Said {
  const codings = report ? each(report.at('category')).flatMap((one) => each(one.at('coding'))) : [];
  const sections = codings.filter(({ value }) => value?.system === v2Table('0074'));
  const section = sections.find(({ value }) => value?.code !== 'LAB') ?? sections[0];
  const said = section?.at('code').said(RULE);
  const reason = 'the section (OBR-24) and the code say it';
  report?.at('category').pass(reason);
  for (const one of [panel, ...results]) one?.at('category').pass(reason);
  return said;
}
