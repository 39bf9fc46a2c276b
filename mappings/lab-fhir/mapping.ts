/** FHIR lab messages (Bundles of Observations, DiagnosticReports and what belongs to them): passed through, marked with
 *  the profiles they meet. */
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping } from '../mapping.ts';
import { patientFaults, subjectFaults } from '../one-patient.ts';
import { passThrough } from '../pass-through.ts';
import { completeLab } from './complete.ts';

const MAPPING = { id: 'lab-fhir', version: '1.0.0' } as const;

export const labFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context) {
    const issues = [...patientFaults(source.bundle), ...subjectFaults(source.bundle)];
    if (issues.length > 0) return { ok: false, issues };
    return passThrough(source, context, {
      mapping: MAPPING,
      complete: completeLab(source.bundle, context.source.ownCodes),
    });
  },
};
