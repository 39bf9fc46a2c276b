/** RXD to mp-MedicationDispense (zib Medicatieverstrekking): what was handed over, when, by whom, on which order. */
import type { MedicationDispense } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { leafAt } from '../hl7v2/leaf.ts';
import type { Cell } from '../hl7v2/message.ts';
import { originalCode } from '../lab-oru/status.ts';
import { DISPENSE, DISPENSE_CATEGORY } from '../medication-profile.ts';
import { translate, v2Table } from '../terminology/translate.ts';
import { amountInWords } from './amount-in-words.ts';
import { categoryOf } from './category.ts';
import { renderedInstruction } from './extensions.ts';
import { person } from './people.ts';
import { productEntry } from './product.ts';
import { amountOf, unitOf } from './quantity.ts';
import {
  batchOf,
  observationsWith,
  orderReference,
  supplyKey,
  supplyNotes,
  supplyRemainder,
  type SupplyScope,
} from './supply.ts';

const RULE = 'medication.dispensed';
type Status = MedicationDispense['status'];

/** Adds one dispense with its product; returns its fullUrl. */
export function dispenseEntry(scope: SupplyScope): string {
  const { bundle, reading, supply, treatment, dosage, group } = scope;
  const { segment: rxd, components } = supply;
  const id = supplyKey(scope, 'MedicationDispense', [1, 3, 2]);
  return bundle.add<MedicationDispense>('MedicationDispense', id, () => {
    const product = productEntry(scope, {
      code: rxd.rep(2),
      form: rxd.rep(6),
      components,
      place: `${id.value} product`,
      batch: batchOf(rxd.reps(18), rxd.rep(19), RULE, scope),
    });
    const status = statusOf([group.orc?.at(5), group.orc?.at(1)]);
    const [dispenser] = rxd.reps(10);
    const actor = person(scope, dispenser);
    const request = orderReference(scope, RULE);
    const quantity = amountOf(rxd.at(4), unitOf(rxd.rep(5), reading), `${RULE}.quantity`, reading);
    const unread = quantity ? undefined : amountInWords('Hoeveelheid', [rxd.at(4)], rxd.rep(5), `${RULE}.quantity`);
    const remarks = [...(dosage?.instruction.remarks ?? []), ...(unread ? [unread] : [])];
    const draft = {
      meta: { profile: [constant(DISPENSE, RULE)] },
      identifier: [identifierOf(id)],
      ...status,
      statusReasonCodeableConcept: status.status.value === 'completed' ? undefined : reasonOf(scope),
      category: categoryOf(DISPENSE_CATEGORY, RULE),
      medicationReference: referTo(product, 'Medication'),
      subject: scope.patient,
      context: scope.encounter,
      supportingInformation: observationsWith(scope, id).map((fullUrl) => referTo(fullUrl, 'Observation')),
      performer: actor && [{ actor }],
      authorizingPrescription: request && [request],
      quantity,
      whenHandedOver: dateTimeOf(rxd.at(3), `${RULE}.when`, reading),
      note: supplyNotes(scope, [...rxd.reps(9), ...rxd.reps(15)], `${RULE}.note`, remarks),
      dosageInstruction: dosage?.instructions,
      substitution: substitutionOf(rxd.at(11)),
    };
    const own = [treatment.extension, dosage && renderedInstruction(dosage)].filter((one) => one !== undefined);
    return { ...draft, extension: [...own, ...supplyRemainder(scope)] };
  });
}

/** Dispensed unless the order says otherwise. ORC-5, the state, is newer than ORC-1, what was asked. */
function statusOf(cells: readonly (Cell | undefined)[]) {
  for (const cell of cells) {
    const table = cell?.field === 5 ? '0038' : '0119';
    const found = cell?.filled === true ? translate('dispense-status', v2Table(table), cell.text.trim()) : undefined;
    if (cell !== undefined && found !== undefined) {
      const status: Leaf<Status> = leafAt(cell, found.code as Status, `${RULE}.status`, found.map);
      return { status, _status: originalCode(cell, table, `${RULE}.status`) };
    }
  }
  return { status: constant('completed', `${RULE}.status`) };
}

/** ORC-16: why nothing was handed over. */
const reasonOf = ({ group: { orc }, reading }: SupplyScope) =>
  orc && codeableConcept(orc.rep(16), `${RULE}.reason`, reading);

/** HL7 table 0167: the codes that tell what was dispensed, not what might have been. */
const SUBSTITUTED: Readonly<Record<string, boolean>> = { N: false, G: true, T: true };

function substitutionOf(cell: Cell): Draft<MedicationDispense['substitution']> {
  const was = SUBSTITUTED[cell.text.trim()];
  if (was === undefined) return undefined;
  const coding = [
    {
      system: constant(v2Table('0167'), `${RULE}.substitution`),
      code: leafAt(cell, cell.text.trim(), `${RULE}.substitution`),
    },
  ];
  return { wasSubstituted: leafAt(cell, was, `${RULE}.substitution`), type: { coding } };
}
