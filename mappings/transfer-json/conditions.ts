/** Why the patient comes: Condition (nl-core-Problem). */
import type { Condition } from 'fhir/r4.js';
import { nlCore, SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { conceptSaid, fixed, metaOf, ownId, said, type Told } from './told.ts';

const ACTIVE = 'http://terminology.hl7.org/CodeSystem/condition-clinical';

/** Code systems of the value set that nl-core-Problem requires (zib Problem, ProbleemNaamCodelijst). */
export const PROBLEM_SYSTEMS: readonly string[] = [
  SYSTEM.snomed,
  'http://hl7.org/fhir/sid/icd-10-nl',
  'http://hl7.org/fhir/sid/icpc-1-nl',
  'http://hl7.org/fhir/sid/icf-nl',
  'http://hl7.org/fhir/sid/dsm5',
  'http://www.nanda.org/',
  'urn:oid:2.16.840.1.113883.6.126',
  'urn:oid:2.16.840.1.113883.6.98',
  'urn:oid:2.16.840.1.113883.2.4.4.1.902.40',
  'urn:oid:2.16.840.1.113883.3.3210.14.2.2.35',
];

export function addReason(told: Told): string {
  const { transfer, bundle, warnings } = told;
  const id = ownId(told, 'Condition reason');
  const coded = transfer.reason.system !== undefined && PROBLEM_SYSTEMS.includes(transfer.reason.system);
  if (!coded) {
    const text = 'nl-core-Problem knows no such code; the reason travels as it was said';
    warnings.push({ code: 'untranslated-code', location: '$.reason', text });
  }
  return bundle.add<Condition>('Condition', id, () => ({
    meta: metaOf(coded ? nlCore('Problem') : wkProfile('Problem'), !coded),
    identifier: [identifierOf(id)],
    clinicalStatus: fixed(ACTIVE, 'active', 'Active', 'reason.status'),
    code: conceptSaid(transfer.reason, '$.reason', 'reason'),
    subject: told.patient,
    encounter: told.encounter,
    recordedDate: said(transfer.requestedAt, '$.requestedAt', 'reason.recorded'),
  }));
}
