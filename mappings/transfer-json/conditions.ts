/** Why the patient comes: Condition (nl-core-Problem). */
import type { Condition } from 'fhir/r4.js';
import { nlCore, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { PROBLEM_SYSTEMS } from '../nl-core-codes.ts';
import { untranslatedCode } from '../untranslated.ts';
import { conceptSaid, fixed, metaOf, ownId, said, type Told } from './told.ts';

const ACTIVE = 'http://terminology.hl7.org/CodeSystem/condition-clinical';

export function addReason(told: Told): string {
  const { transfer, bundle, warnings } = told;
  const id = ownId(told, 'Condition reason');
  const coded = transfer.reason.system !== undefined && PROBLEM_SYSTEMS.includes(transfer.reason.system);
  if (!coded) {
    const text = 'nl-core-Problem knows no such code; the reason travels as it was said';
    warnings.push({ code: 'untranslated-code', location: '$.reason', text, ...untranslatedCode([transfer.reason]) });
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
