/** What care a bed must offer, as codes: read from scores and findings that say so by themselves. */
import type { FhirResource } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { says, saysWk } from './codes.ts';

const withdrawn = (status: string | undefined): boolean => status === 'entered-in-error' || status === 'cancelled';

/** Cut-offs are those of the instruments: DOS 3 and above means delirium is likely, Barthel 20 is independent. */
function needOf(one: FhirResource): string | undefined {
  if (one.resourceType === 'Observation' && !withdrawn(one.status)) {
    const { code, valueInteger: score, valueBoolean: yes, valueCodeableConcept: concept } = one;
    if (saysWk(code, 'fall-risk') && yes === true) return 'care-need-fall-prevention';
    if (says(code, SYSTEM.snomed, '55681000146102') && (score ?? 0) >= 3) return 'care-need-delirium';
    if (says(code, SYSTEM.snomed, '273302005') && (score ?? 20) < 20) return 'care-need-adl';
    if (saysWk(concept, 'snaq65plus-orange') || saysWk(concept, 'snaq65plus-red')) return 'care-need-nutrition';
  }
  if (one.resourceType === 'Condition' && says(one.code, SYSTEM.snomed, '399912005')) {
    const refuted = one.verificationStatus?.coding?.some(
      ({ code }) => code === 'refuted' || code === 'entered-in-error',
    );
    return refuted === true ? undefined : 'care-need-pressure-ulcer';
  }
  return undefined;
}

export const careNeedsOf = (resources: readonly FhirResource[]): string[] => [
  ...new Set(resources.flatMap((one) => needOf(one) ?? [])),
];
