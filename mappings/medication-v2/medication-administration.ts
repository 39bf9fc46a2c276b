/** RXA to mp-MedicationAdministration2 (zib MedicatieToediening): what was given, or was not, when, how and by whom. */
import type { Extension, MedicationAdministration, MedicationAdministrationDosage } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { dateTimeOf, instantOf, periodOf } from '../hl7v2/datatypes/ts.ts';
import { cellsIn, leafAt, sameAs } from '../hl7v2/leaf.ts';
import type { Cell, Segment } from '../hl7v2/message.ts';
import { originalCode } from '../lab-oru/status.ts';
import {
  ADMINISTRATION,
  ADMINISTRATION_CATEGORY,
  OWN_ADMINISTRATION,
  REGISTERED,
  UNTRANSLATED,
} from '../medication-profile.ts';
import { translate, v2Table } from '../terminology/translate.ts';
import { categoryOf } from './category.ts';
import { overTime } from './dosage.ts';
import { person } from './people.ts';
import { productEntry } from './product.ts';
import { amountInWords } from './amount-in-words.ts';
import { amountOf, unitOf } from './quantity.ts';
import { routeOf } from './route.ts';
import {
  batchOf,
  observationsWith,
  orderReference,
  supplyKey,
  supplyNotes,
  supplyRemainder,
  type SupplyScope,
} from './supply.ts';

const RULE = 'medication.given';
type Status = MedicationAdministration['status'];
const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

/** Adds one administration with its product; returns its fullUrl. */
export function administrationEntry(scope: SupplyScope): string {
  const { bundle, reading, supply, group } = scope;
  const { segment: rxa, components } = supply;
  const id = supplyKey(scope, 'MedicationAdministration', [1, 2, 3, 5]);
  return bundle.add<MedicationAdministration>('MedicationAdministration', id, () => {
    const product = productEntry(scope, {
      code: rxa.rep(5),
      form: rxa.rep(8),
      components,
      place: `${id.value} product`,
      batch: batchOf(rxa.reps(15), rxa.rep(16), RULE, scope),
    });
    const { dosage, known, unread } = dosageGiven(scope);
    const actor = person(scope, rxa.reps(10)[0]);
    const draft = {
      meta: metaOf(known),
      identifier: [identifierOf(id)],
      ...statusOf(rxa, group.orc),
      statusReason: rxa.reps(18).map((each) => codeableConcept(each, `${RULE}.status-reason`, reading)),
      category: categoryOf(ADMINISTRATION_CATEGORY, RULE),
      medicationReference: referTo(product, 'Medication'),
      subject: scope.patient,
      context: scope.encounter,
      supportingInformation: observationsWith(scope, id).map((fullUrl) => referTo(fullUrl, 'Observation')),
      ...effectiveOf(scope, rxa),
      performer: actor && [{ actor }],
      reasonCode: rxa.reps(19).map((each) => codeableConcept(each, `${RULE}.reason`, reading)),
      request: orderReference(scope, RULE),
      note: supplyNotes(scope, rxa.reps(9), `${RULE}.note`, unread && [unread]),
      dosage,
    };
    return { ...draft, extension: [...ownExtensions(scope), ...supplyRemainder(scope)] };
  });
}

const metaOf = (known: boolean) => ({
  profile: [constant(known ? ADMINISTRATION : OWN_ADMINISTRATION, RULE)],
  tag: known ? undefined : [{ system: constant(UNTRANSLATED.system, RULE), code: constant(UNTRANSLATED.code, RULE) }],
});

/**
 * RXA-21 D takes the record back; RXA-20 tells how it ended; without it any entry in RXA-18 means that the patient did not
 * take it (HL7 v2.5 §4.14.7.18), and ORC-5 may say that it still runs. An RXA-4 that is empty means the start (§4.14.7.4):
 * what is told has been given.
 */
function statusOf(rxa: Segment, orc: Segment | undefined) {
  const rule = `${RULE}.status`;
  const ended = statusBy(rxa.at(21), '0323') ?? statusBy(rxa.at(20), '0322');
  if (ended !== undefined) return ended;
  const [refusal] = rxa.at(20).filled ? [] : rxa.reps(18).flatMap(cellsIn);
  if (refusal !== undefined) return { status: leafAt<Status>(refusal, 'not-done', `${rule}.refused`) };
  return statusBy(orc?.at(5), '0038') ?? { status: constant('completed', rule) };
}

function statusBy(cell: Cell | undefined, table: string) {
  if (cell?.filled !== true) return undefined;
  const rule = `${RULE}.status`;
  const found = translate('administration-status', v2Table(table), cell.text.trim());
  if (found === undefined) return undefined;
  const status: Leaf<Status> = leafAt(cell, found.code as Status, rule, found.map);
  return { status, _status: originalCode(cell, table, rule) };
}

/** A moment, unless the giving took time. FHIR wants one: a time nobody can read is absent, and travels as text. */
function effectiveOf({ reading }: SupplyScope, rxa: Segment) {
  const [start, end] = [rxa.at(3), rxa.at(4)];
  const rule = `${RULE}.when`;
  if (end.filled && end.text.trim() !== start.text.trim()) {
    const effectivePeriod = periodOf(start, end, rule, reading);
    if (effectivePeriod !== undefined) return { effectivePeriod };
  }
  const effectiveDateTime = dateTimeOf(start, rule, reading);
  if (effectiveDateTime === undefined) {
    return {
      _effectiveDateTime: { extension: [{ url: constant(ABSENT, rule), valueCode: constant('unknown', rule) }] },
    };
  }
  if (end.text.trim() === start.text.trim()) rxa.markUsed(end, sameAs(start));
  return { effectiveDateTime };
}

/** Amount, unit and time it was given over. 999 without a unit is how senders say that they do not know (§4.14.7.6). */
function dosageGiven({ supply, reading }: SupplyScope): {
  readonly dosage: Draft<MedicationAdministrationDosage> | undefined;
  readonly known: boolean;
  /** An amount that could not be read, in words. */
  readonly unread?: Leaf<string> | undefined;
} {
  const { segment: rxa, routes } = supply;
  const unknown = rxa.at(6).text.trim() === '999' && !rxa.rep(7).filled;
  const unit = rxa.at(6).filled && !unknown ? unitOf(rxa.rep(7), reading) : {};
  const dose = unknown ? undefined : amountOf(rxa.at(6), unit, `${RULE}.dose`, reading);
  // A route without a dose has no place in FHIR (mad-1), and travels as a source field.
  if (dose === undefined) {
    const unread = unknown ? undefined : amountInWords('Dosis', [rxa.at(6)], rxa.rep(7), `${RULE}.dose`);
    return { dosage: undefined, known: true, unread };
  }
  const over = rxa.at(12).filled ? overTime(rxa.at(12)) : undefined;
  const { dosage, known } = routeOf(routes[0], reading);
  return { dosage: { ...dosage, dose, rateRatio: over && { numerator: dose, denominator: over } }, known };
}

/** The treatment, and when it was recorded: RXA-22, else ORC-9. */
function ownExtensions({ treatment, supply, group, reading }: SupplyScope): Draft<Extension>[] {
  const { segment: rxa } = supply;
  const cell = rxa.at(22).filled ? rxa.at(22) : group.orc?.at(9);
  const recorded = cell && instantOf(cell, `${RULE}.registered`, reading);
  const registered = recorded && { url: constant(REGISTERED, RULE), valueDateTime: recorded };
  return [treatment.extension, registered].filter((extension) => extension !== undefined);
}
