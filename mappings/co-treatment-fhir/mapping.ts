/** A question to a medebehandelaar and its answer, in FHIR: passed through, proved, marked with what they are. */
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping } from '../mapping.ts';
import { patientFaults, subjectFaults } from '../one-patient.ts';
import { passThrough } from '../pass-through.ts';
import { claimOf } from './claims.ts';
import { conversationFaults } from './refuse.ts';

const MAPPING = { id: 'co-treatment-fhir', version: '1.0.0' } as const;

/**
 * Source: a FHIR Bundle with one question (ServiceRequest coded NZa 190017 or 190009, or wk `co-treatment`), or with at
 * least one answer (Communication with `inResponseTo`, consult note). What an answer refers to outside the Bundle stays
 * a logical reference: the asker knows its question by the identifier.
 */
export const coTreatmentFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context) {
    const { bundle } = source;
    const issues = [...patientFaults(bundle), ...subjectFaults(bundle), ...conversationFaults(bundle)];
    if (issues.length > 0) return { ok: false, issues };
    return passThrough(source, context, { mapping: MAPPING, complete: claimOf });
  },
};
