/** Who the patient is and where she is, in FHIR (Patient and Encounter alone): passed through, proved, marked. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping } from '../mapping.ts';
import { claimNlCore } from '../nl-core-claims.ts';
import { issueAt, patientFaults, subjectFaults } from '../one-patient.ts';
import { passThrough } from '../pass-through.ts';

const MAPPING = { id: 'admin-fhir', version: '1.0.0' } as const;

/** Source: a FHIR Bundle of one Patient, Encounters of one patient, or both. */
export const adminFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context) {
    const { bundle } = source;
    const issues = [...patientFaults(bundle), ...subjectFaults(bundle), ...encounterFaults(bundle)];
    if (issues.length > 0) return { ok: false, issues };
    return passThrough(source, context, { mapping: MAPPING, complete: claimNlCore });
  },
};

/** A stay of nobody would stand in no record at the receiver. */
function encounterFaults(bundle: Bundle): Issue[] {
  return (bundle.entry ?? []).flatMap((entry, index) => {
    const resource = entry.resource as FhirResource | undefined;
    if (resource?.resourceType !== 'Encounter' || resource.subject !== undefined) return [];
    const at = `Bundle.entry[${index}].resource.subject`;
    return [issueAt('required', at, 'wk-encounter-subject', 'Say whose stay this is.')];
  });
}
