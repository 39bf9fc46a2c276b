/** What the wijkkliniek measures (vital signs, scores), in FHIR: passed through, proved, marked with what it is. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping } from '../mapping.ts';
import { claimNlCore } from '../nl-core-claims.ts';
import { issueAt, patientFaults, subjectFaults } from '../one-patient.ts';
import { passThrough } from '../pass-through.ts';

const MAPPING = { id: 'observation-fhir', version: '1.0.0' } as const;

/** Source: a FHIR Bundle of Observations that are no laboratory results, each of a known patient and moment. */
export const observationFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context) {
    const { bundle } = source;
    const issues = [...patientFaults(bundle), ...subjectFaults(bundle), ...observationFaults(bundle)];
    if (issues.length > 0) return { ok: false, issues };
    return passThrough(source, context, { mapping: MAPPING, complete: claimNlCore });
  },
};

/** Never measured, or taken back: no moment is missed. */
const NOT_MEASURED: readonly string[] = ['registered', 'cancelled', 'entered-in-error'];

/** A value without a person or a moment is nobody's, or from last week. */
function observationFaults(bundle: Bundle): Issue[] {
  return (bundle.entry ?? []).flatMap((entry, index) => {
    const resource = entry.resource as FhirResource | undefined;
    if (resource?.resourceType !== 'Observation') return [];
    const at = `Bundle.entry[${index}].resource`;
    const { subject, effectiveDateTime, effectivePeriod, effectiveInstant, effectiveTiming, status } = resource;
    const dated = [effectiveDateTime, effectivePeriod, effectiveInstant, effectiveTiming].some(
      (one) => one !== undefined,
    );
    return [
      ...(subject === undefined
        ? [issueAt('required', `${at}.subject`, 'wk-observation-subject', 'Say whom this was observed of.')]
        : []),
      ...(dated || NOT_MEASURED.includes(status)
        ? []
        : [issueAt('required', `${at}.effective`, 'wk-observation-effective', 'Say when this was observed.')]),
    ];
  });
}
