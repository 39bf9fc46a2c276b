/** FHIR medication messages (MP9 building blocks and what belongs to them): passed through, completed with the profiles
 *  they meet and the treatment they belong to. */
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping } from '../mapping.ts';
import { patientFaults, subjectFaults } from '../one-patient.ts';
import { passThrough } from '../pass-through.ts';
import { completeMedication } from './complete.ts';

const MAPPING = { id: 'medication-fhir', version: '1.1.0' } as const;

/** Refused: nobody the medication is of, two Patients, a part that is about somebody else. */
export const medicationFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context) {
    const issues = [...patientFaults(source.bundle), ...subjectFaults(source.bundle)];
    if (issues.length > 0) return { ok: false, issues };
    const complete = completeMedication(source.bundle, context.source);
    return passThrough(source, context, { mapping: MAPPING, complete });
  },
};
