/** Isolation: Flag (nl-core-Alert), marked so that the advance notice can tell it from other flags. */
import type { CodeableConcept, Flag } from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { ISOLATION_CODES } from '../transfer/isolation-codes.ts';
import { untranslatedCode } from '../untranslated.ts';
import { coding, conceptSaid, fixed, metaOf, ownId, said, type Told } from './told.ts';

export function addIsolation(told: Told): string[] {
  const { isolation } = told.transfer;
  if (isolation === undefined || isolation === null) return [];
  const id = ownId(told, 'Flag isolation');
  const concept: Draft<CodeableConcept> =
    typeof isolation === 'string'
      ? { text: said(isolation, '$.isolation', 'isolation.text') }
      : conceptSaid(isolation, '$.isolation', 'isolation');
  const coded =
    typeof isolation !== 'string' &&
    isolation.system === SYSTEM.snomed &&
    isolation.code !== undefined &&
    ISOLATION_CODES.includes(isolation.code);
  if (!coded) {
    const coding = untranslatedCode(typeof isolation === 'string' ? [] : [isolation]);
    const text = 'nl-core-Alert knows no such code; the isolation travels as it was said';
    told.warnings.push({ code: 'untranslated-code', location: '$.isolation', text, ...coding });
  }
  return [
    told.bundle.add<Flag>('Flag', id, () => ({
      meta: metaOf(coded ? nlCore('Alert') : wkProfile('Alert'), !coded),
      identifier: [identifierOf(id)],
      status: constant('active', 'isolation.status'),
      category: [
        fixed(SYSTEM.loinc, '74018-3', 'Alert', 'isolation.category'),
        { coding: [coding(WK_CODES, 'isolation', 'Isolation', 'isolation.category')] },
      ],
      code: concept,
      subject: told.patient,
      encounter: told.encounter,
    })),
  ];
}
