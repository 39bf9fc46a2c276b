/**
 * RDE^O25 (HL7 v2.5 §4.13.16): a pharmacy asks leave to dispense again. In MP9 that is a proposal for a dispense request
 * (voorstel verstrekkingsverzoek): mp-DispenseRequest with intent `plan`. The agreement itself is not told anew.
 */
import type { MedicationRequest } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { constant } from '../draft.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { leafAt, type Reading } from '../hl7v2/leaf.ts';
import type { Cell } from '../hl7v2/message.ts';
import { derivedId } from '../identity.ts';
import { originalCode, statusOf, type ReadStatus } from '../lab-oru/status.ts';
import { DERIVED_TREATMENT, DISPENSE_REQUEST, DISPENSE_REQUEST_CATEGORY } from '../medication-profile.ts';
import { categoryOf } from './category.ts';
import { notes, observationsOf } from './agreement.ts';
import { dispenseOf } from './dispense.ts';
import { dosageOf } from './dosage.ts';
import { remainder, renderedInstruction } from './extensions.ts';
import { person } from './people.ts';
import { orderedProduct, productEntry } from './product.ts';
import type { GivenScope } from './scope.ts';
import type { Treatment } from './treatment.ts';

const RULE = 'medication.refill';

/**
 * Adds the proposal; its key is the order's with the moment it was asked, for an order may be refilled again and again. Two
 * groups of one message that say the same of both are two proposals all the same.
 */
export function refillEntry(scope: GivenScope, treatment: Treatment): string {
  const { bundle, reading, numbers, group } = scope;
  const { orc } = group;
  const asked = orc?.at(9).text.trim() ?? '';
  const name = `refill request ${asked === '' ? scope.controlId : asked}`;
  const order = `${numbers.key.system}|${numbers.key.value}`;
  const first = derivedId(reading.source, order, name);
  const taken = bundle.has('MedicationRequest', first);
  const id = taken ? derivedId(reading.source, order, `${name} #${group.ordinal}`) : first;
  return bundle.add<MedicationRequest>('MedicationRequest', id, () => {
    const dosage = dosageOf(scope, true);
    const [agreement] = numbers.identifiers;
    const tag = { system: constant(DERIVED_TREATMENT.system, RULE), code: constant(DERIVED_TREATMENT.code, RULE) };
    const draft = {
      meta: { profile: [constant(DISPENSE_REQUEST, RULE)], tag: treatment.isDerived ? [tag] : undefined },
      identifier: [identifierOf(id)],
      ...askedStatus(orc?.at(1), reading),
      intent: constant('plan', RULE),
      category: [categoryOf(DISPENSE_REQUEST_CATEGORY, RULE)],
      medicationReference: referTo(productEntry(scope, orderedProduct(scope)), 'Medication'),
      subject: scope.patient,
      encounter: scope.encounter,
      supportingInformation: observationsOf(scope),
      authoredOn: orc && dateTimeOf(orc.at(9), `${RULE}.authored`, reading),
      recorder: person(scope, orc?.rep(10)),
      basedOn: numbers.numbered ? [{ type: constant('MedicationRequest', RULE), identifier: agreement }] : undefined,
      groupIdentifier: numbers.group?.identifier,
      note: notes(scope, dosage),
      dosageInstruction: dosage.instructions,
      dispenseRequest: dispenseOf(scope),
    };
    const own = [treatment.extension, renderedInstruction(dosage)].filter((one) => one !== undefined);
    return { ...draft, extension: [...own, ...remainder(scope)] };
  });
}

/** RF, the question itself, says nothing of an agreement, and is open; any other code says of the question what it says. */
function askedStatus(cell: Cell | undefined, reading: Reading): ReadStatus<MedicationRequest['status']> {
  const rule = `${RULE}.status`;
  if (cell?.text.trim() !== 'RF') return statusOf(cell, 'medication-status', '0119', rule, reading);
  return { status: leafAt(cell, 'active', rule), _status: originalCode(cell, '0119', rule) };
}
