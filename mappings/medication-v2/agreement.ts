/** One order to one medication agreement (mp-MedicationAgreement): ORC, TQ1, RXO, RXE, RXR (v2-to-FHIR: RXO, RXR, TQ1). */
import type { Annotation, MedicationRequest, Reference } from 'fhir/r4.js';
import { referTo } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { entityNumberIn } from '../hl7v2/datatypes/ei.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { formattedOf, joinedLeaf, leafAt } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import {
  AGREEMENT,
  AGREEMENT_CATEGORY,
  DERIVED_TREATMENT,
  OWN_AGREEMENT,
  UNTRANSLATED,
} from '../medication-profile.ts';
import { translate, v2Table } from '../terminology/translate.ts';
import { categoryOf } from './category.ts';
import { dispenseOf } from './dispense.ts';
import { dosageOf, type ReadDosage } from './dosage.ts';
import { ownExtensions, remainder } from './extensions.ts';
import { observationEntry } from './observation.ts';
import { person, requester } from './people.ts';
import { orderedProduct, productEntry } from './product.ts';
import { reasonsOf } from './reason.ts';
import type { GivenScope, OrderScope } from './scope.ts';
import { isTreatment, type Treatment } from './treatment.ts';

const RULE = 'medication.agreement';

/** Adds the agreement of an order group with its product, reasons and observations; returns its fullUrl. */
export function agreementEntry(scope: OrderScope, treatment: Treatment): string {
  const { bundle, numbers, group, control, reading } = scope;
  return bundle.add<MedicationRequest>('MedicationRequest', numbers.key, () => {
    const { orc } = group;
    const dosage = dosageOf(scope);
    const reasons = reasonsOf(scope);
    const [reason, ...others] = reasons.conditions;
    const measured = observationsOf(scope);
    const draft = {
      meta: metaOf(dosage, treatment),
      modifierExtension: control.stopType && [control.stopType],
      identifier: numbers.identifiers,
      status: control.status,
      _status: control._status,
      intent: constant('order', RULE),
      category: [categoryOf(AGREEMENT_CATEGORY, RULE)],
      priority: priority(scope),
      medicationReference: referTo(productEntry(scope, orderedProduct(scope)), 'Medication'),
      subject: scope.patient,
      encounter: scope.encounter,
      supportingInformation: [...others.map((fullUrl) => referTo(fullUrl, 'Condition')), ...measured],
      authoredOn: orc && dateTimeOf(orc.at(9), `${RULE}.authored`, reading),
      requester: requester(scope),
      recorder: person(scope, orc?.rep(10)),
      reasonCode: reasons.change && [reasons.change],
      reasonReference: reason === undefined ? undefined : [referTo(reason, 'Condition')],
      basedOn: parent(scope),
      groupIdentifier: numbers.group?.identifier,
      note: notes(scope, dosage),
      dosageInstruction: dosage.instructions,
      dispenseRequest: dispenseOf(scope),
      substitution: substitution(scope),
      priorPrescription: scope.replaces === undefined ? undefined : referTo(scope.replaces, 'MedicationRequest'),
    };
    return { ...draft, extension: [...ownExtensions(scope, dosage, treatment), ...remainder(scope)] };
  });
}

/** mp- only where every required binding is met. */
const metaOf = ({ known }: ReadDosage, { isDerived }: Treatment) => ({
  profile: [constant(known ? AGREEMENT : OWN_AGREEMENT, RULE)],
  tag: [...(known ? [] : [UNTRANSLATED]), ...(isDerived ? [DERIVED_TREATMENT] : [])].map(({ system, code }) => ({
    system: constant(system, RULE),
    code: constant(code, RULE),
  })),
});

/** What was measured with the order, each as a reference. */
export function observationsOf(scope: GivenScope): Draft<Reference>[] {
  const { group, reading } = scope;
  return group.observations
    .filter(({ obx }) => !isTreatment(obx, reading))
    .map((lines, index) => referTo(observationEntry(scope, lines, index + 1), 'Observation'));
}

/** TQ1-9, RXE-1.6, ORC-7.6: the first that table 0485 knows. */
function priority({ statements: { all } }: OrderScope): Leaf<'routine' | 'asap' | 'stat'> | undefined {
  for (const { priority: cell } of all) {
    const found = cell.filled ? translate('request-priority', v2Table('0485'), cell.text.trim()) : undefined;
    if (found) return leafAt(cell, found.code as 'routine' | 'asap' | 'stat', `${RULE}.priority`, found.map);
  }
  return undefined;
}

/** ORC-8, the order this one is part of; known by its number alone. */
function parent({ group: { orc }, reading }: OrderScope): Draft<Reference>[] | undefined {
  const repetition = orc?.rep(8);
  if (repetition?.filled !== true) return undefined;
  const number = entityNumberIn(repetition, 1, 'placer-order', `${RULE}.parent`, reading, 'PLAC');
  return number && [{ type: constant('MedicationRequest', RULE), identifier: number.identifier }];
}

/** RXE-9 or RXO-9: whether another product may be given (tables 0167 and 0161). */
function substitution({ give, group, reading }: OrderScope): Draft<MedicationRequest['substitution']> {
  const field = give.one('substitution');
  const table = field.segment === group.rxe ? '0167' : '0161';
  const allowed = codeableConcept(field, `${RULE}.substitution`, reading, table);
  return allowed && { allowedCodeableConcept: allowed };
}

/** NTE and remarks to the pharmacy: MP9 takes one comment, so they follow each other on lines of their own. */
export function notes({ group }: GivenScope, { instruction }: ReadDosage): Draft<Annotation>[] {
  const lines = [
    ...instruction.remarks,
    ...group.notes.flatMap((nte: Segment) =>
      nte.reps(3).map((repetition) => formattedOf(repetition.cell(1), `${RULE}.note`)),
    ),
  ].filter((line) => line !== undefined);
  const [first, ...others] = lines;
  if (first === undefined) return [];
  const text = lines.map(({ value }) => value).join('\n');
  return [{ text: others.length === 0 ? first : joinedLeaf([first, ...others], text, `${RULE}.note`) }];
}
