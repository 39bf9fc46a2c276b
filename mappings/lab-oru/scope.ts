/** What every part of one message's mapping shares. */
import type { CodeableConcept, Reference } from 'fhir/r4.js';
import { referTo, type BundleDraft } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { dateTimeOf, instantOf } from '../hl7v2/datatypes/ts.ts';
import { leafAt, type Reading } from '../hl7v2/leaf.ts';
import type { Repetition, Segment } from '../hl7v2/message.ts';
import { LAB_CATEGORY, REPORT_CATEGORY } from '../lab-profile.ts';
import { translate, v2Table } from '../terminology/translate.ts';
import type { OrderGroup } from './groups.ts';
import { orderNumbers, type Keys, type OrderNumbers } from './order-numbers.ts';
import { parentOf, type Parent, type Planned } from './parent.ts';

export interface Scope {
  readonly bundle: BundleDraft;
  readonly reading: Reading;
  readonly keys: Keys;
  readonly controlId: string;
  /** References to entries of the Bundle. */
  readonly subject: Draft<Reference>;
  readonly encounter: Draft<Reference> | undefined;
  /** The organisation that sends: performer where the result names none. */
  readonly laboratory: Draft<Reference> | undefined;
  /** Segments without a place of their own: what the first caller gets travels with its resource, the next get none. */
  readonly takeStrays: () => readonly Segment[];
  /** Specimens of the message so far, by what their segment says. */
  readonly specimens: Map<string, string>;
  /** Where every result and order of the message will stand, so that a later one can refer to an earlier or the reverse. */
  readonly planned: () => readonly Planned[];
  /** Address of each performing organisation, as first said. */
  readonly addresses: Map<string, string>;
}

/** What the parts of one order group share. */
export interface OrderScope extends Scope {
  readonly group: OrderGroup;
  readonly numbers: OrderNumbers;
  /** OBR-26 and OBR-29: the result that led to this order. */
  readonly parent: Parent;
  readonly section: Section;
  /** OBR-7 and OBR-8: when the specimen was taken. */
  readonly effective: Effective;
  /** OBR-22. */
  readonly issued: Leaf<string> | undefined;
}

interface Effective {
  readonly effectiveDateTime?: Leaf<string>;
  readonly effectivePeriod?: { readonly start: Leaf<string> | undefined; readonly end: Leaf<string> };
}

/** OBR-24: the section of the laboratory, or of another department that sends by ORU^R01 as well. */
interface Section {
  readonly laboratory: boolean;
  readonly reportCategory: readonly Draft<CodeableConcept>[];
  readonly resultCategory: readonly Draft<CodeableConcept>[];
}

export function orderScope(scope: Scope, group: OrderGroup): OrderScope {
  const { obr } = group;
  const { reading } = scope;
  const end = obr && dateTimeOf(obr.at(8), 'lab.order.collected', reading);
  const start = obr && dateTimeOf(obr.at(7), 'lab.order.collected', reading);
  return {
    ...scope,
    group,
    numbers: orderNumbers(group, scope.controlId, reading),
    parent: parentOf(group, scope.planned),
    section: sectionOf(obr?.rep(24)),
    effective: end ? { effectivePeriod: { start, end } } : start ? { effectiveDateTime: start } : {},
    issued: obr && instantOf(obr.at(22), 'lab.order.issued', reading),
  };
}

/** HL7 table 0074 without what is no laboratory; OTH and OSL (outside lab) are. */
const OTHER_DEPARTMENTS: ReadonlySet<string> = new Set(
  'AU CUS CTH CT EC EN ICU NMS NMR NRS OUS OT PHR PT PHY PF RAD RX RUS RC RT VUS XRC'.split(' '),
);

const SECTION = 'lab.order.section';
const fixed = (coding: { readonly system: string; readonly code: string }) => ({
  system: constant(coding.system, SECTION),
  code: constant(coding.code, SECTION),
});

/**
 * The section stands beside LAB: lab exchange allows one category of table 0074. Where it is a result type of the zib,
 * that is a category of its own.
 */
function sectionOf(repetition: Repetition | undefined): Section {
  const cell = repetition?.cell(1);
  const code = cell?.text.trim() ?? '';
  const laboratory = { laboratory: true, resultCategory: [{ coding: [fixed(LAB_CATEGORY)] }] };
  if (cell === undefined || code === '')
    return { ...laboratory, reportCategory: [{ coding: [fixed(REPORT_CATEGORY)] }] };
  const own = { system: constant(v2Table('0074'), SECTION), code: leafAt(cell, code, SECTION) };
  if (OTHER_DEPARTMENTS.has(code))
    return { laboratory: false, reportCategory: [{ coding: [own] }], resultCategory: [] };
  const category = { coding: code === REPORT_CATEGORY.code ? [own] : [fixed(REPORT_CATEGORY), own] };
  const type = translate('result-type', v2Table('0074'), code);
  if (type === undefined) return { ...laboratory, reportCategory: [category] };
  const resultType = {
    coding: [{ system: constant(type.system, SECTION), code: leafAt(cell, type.code, SECTION, type.map) }],
  };
  return {
    laboratory: true,
    reportCategory: [category, resultType],
    resultCategory: [...laboratory.resultCategory, resultType],
  };
}

const DATA_ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

/** A required code that the message leaves out. */
export const absentCode = (rule: string): Draft<CodeableConcept> => ({
  extension: [{ url: constant(DATA_ABSENT, rule), valueCode: constant('unknown', rule) }],
});

export const referAll = (fullUrls: readonly string[], type: 'Observation' | 'Specimen'): Draft<Reference>[] =>
  fullUrls.map((fullUrl) => referTo(fullUrl, type));
