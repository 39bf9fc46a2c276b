/** FHIR lab messages (Bundles of Observations, DiagnosticReports and what belongs to them): passed through, marked with
 *  the profiles they meet. */
import type { Bundle, FhirResource, Reference } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping } from '../mapping.ts';
import { passThrough } from '../pass-through.ts';
import { completeLab } from './complete.ts';

const MAPPING = { id: 'lab-fhir', version: '1.0.0' } as const;

export const labFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context) {
    const issues = patientFaults(source.bundle);
    if (issues.length > 0) return { ok: false, issues };
    return passThrough(source, context, { mapping: MAPPING, complete: completeLab(source.bundle) });
  },
};

/** A lab message is about one patient, and says about whom: it travels in that patient's lane. */
function patientFaults(bundle: Bundle): Issue[] {
  const resources = (bundle.entry ?? []).map(({ resource }) => resource as FhirResource | undefined);
  const patients = resources.flatMap((resource, index) => (resource?.resourceType === 'Patient' ? [index] : []));
  const named = resources.some((resource) => {
    const { subject } = (resource ?? {}) as { subject?: Reference };
    return Boolean(subject?.identifier?.value);
  });
  if (patients.length === 0 && !named) {
    return [fault('required', 'Bundle.entry', 'patient', 'No Patient: nobody could say whose results these are.')];
  }
  return patients
    .slice(1)
    .map((index) => fault('invariant', `Bundle.entry[${index}].resource`, 'one-patient', 'A second Patient.'));
}

const fault = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  rule,
  text,
});
