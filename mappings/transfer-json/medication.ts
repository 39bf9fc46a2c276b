/** Medication as told at the SEH: MP9 medicatiegebruik (mp-MedicationUse2) with its product (mp-PharmaceuticalProduct). */
import type { Medication, MedicationStatement } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { identifierOf, referTo } from '../bundle.ts';
import { constant, type Leaf } from '../draft.ts';
import type { Transfer } from './schema.ts';
import { coding, metaOf, ownId, said, type Told } from './told.ts';

type Use = NonNullable<Transfer['medication']>[number];
const NICTIZ = 'http://nictiz.nl/fhir/StructureDefinition';
const CATEGORY = {
  coding: [
    { system: constant(SYSTEM.snomed, 'medication.category'), code: constant('422979000', 'medication.category') },
  ],
};

/** [] says: asked, none in use. Absent: nothing is said, and the rules warn. */
export function addMedication(told: Told): string[] {
  const { medication } = told.transfer;
  if (medication === undefined) return [];
  return medication.length === 0 ? [addNone(told)] : medication.map((one, index) => addUse(told, one, index));
}

function addNone(told: Told): string {
  const id = ownId(told, 'MedicationStatement none');
  const none = coding('http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips', 'no-known-medications', 'No known medications', 'medication.none'); // prettier-ignore
  return told.bundle.add<MedicationStatement>('MedicationStatement', id, () => ({
    identifier: [identifierOf(id)],
    status: constant('unknown', 'medication.none'),
    category: CATEGORY,
    medicationCodeableConcept: {
      coding: [{ ...none, code: said('no-known-medications', '$.medication', 'medication.none') }],
    },
    subject: told.patient,
    context: told.encounter,
    dateAsserted: said(told.transfer.requestedAt, '$.requestedAt', 'medication.asserted'),
  }));
}

function addUse(told: Told, use: Use, index: number): string {
  const path = `$.medication[${index}]`;
  const id = ownId(told, `MedicationStatement ${index}`);
  const dosage = said(use.dosage, `${path}.dosage`, 'medication.dosage');
  return told.bundle.add<MedicationStatement>('MedicationStatement', id, () => ({
    meta: metaOf(`${NICTIZ}/mp-MedicationUse2`),
    extension:
      dosage === undefined
        ? undefined
        : [{ url: constant(`${NICTIZ}/ext-RenderedDosageInstruction`, 'medication.dosage'), valueString: dosage }],
    identifier: [identifierOf(id)],
    status: constant('active', 'medication.status'),
    category: CATEGORY,
    medicationReference: referTo(addProduct(told, use, index), 'Medication'),
    subject: told.patient,
    context: told.encounter,
    effectivePeriod:
      use.start === undefined ? undefined : { start: said(use.start, `${path}.start`, 'medication.start') },
    dateAsserted: said(told.transfer.requestedAt, '$.requestedAt', 'medication.asserted'),
    reasonCode:
      use.indication === undefined
        ? undefined
        : [{ text: said(use.indication, `${path}.indication`, 'medication.indication') }],
    dosage: dosage === undefined ? undefined : [{ text: dosage }],
  }));
}

function addProduct(told: Told, use: Use, index: number): string {
  const path = `$.medication[${index}]`;
  const id = ownId(told, `Medication ${index}`);
  const numbered = (system: string, code: Leaf<string> | undefined) =>
    code === undefined ? undefined : { system: constant(system, 'medication.code'), code };
  return told.bundle.add<Medication>('Medication', id, () => ({
    meta: metaOf(`${NICTIZ}/mp-PharmaceuticalProduct`),
    identifier: [identifierOf(id)],
    code: {
      coding: [
        numbered(SYSTEM.prk, said(use.prk, `${path}.prk`, 'medication.prk')),
        numbered(SYSTEM.hpk, said(use.hpk, `${path}.hpk`, 'medication.hpk')),
      ],
      text: said(use.text, `${path}.text`, 'medication.text'),
    },
  }));
}
