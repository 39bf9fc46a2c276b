/** What care a bed must offer, as codes: read from scores and findings that say so by themselves. */
import type { Coding, FhirResource } from 'fhir/r4.js';
import { SYSTEM, WK_CODES } from '../../profiles/canonical.ts';
import { says, saysWk } from './codes.ts';

const withdrawn = (status: string | undefined): boolean => status === 'entered-in-error' || status === 'cancelled';
const wk = (code: string): Coding[] => [{ system: WK_CODES, code }];

/** Cut-offs are those of the instruments: DOS 3 and above means delirium is likely, Barthel 20 is independent. */
function needOf(one: FhirResource): Coding[] {
  if (one.resourceType === 'Observation' && !withdrawn(one.status)) {
    const { code, valueInteger: score, valueBoolean: yes, valueCodeableConcept: concept } = one;
    if (saysWk(code, 'fall-risk') && yes === true) return wk('fall-risk');
    if (says(code, SYSTEM.snomed, '55681000146102') && (score ?? 0) >= 3) return wk('delirium-risk');
    if (says(code, SYSTEM.snomed, '273302005') && (score ?? 20) < 20) return wk('adl-support');
    for (const colour of ['snaq65plus-orange', 'snaq65plus-red']) if (saysWk(concept, colour)) return wk(colour);
  }
  if (one.resourceType === 'Condition' && says(one.code, SYSTEM.snomed, '399912005')) {
    const refuted = one.verificationStatus?.coding?.some(
      ({ code }) => code === 'refuted' || code === 'entered-in-error',
    );
    return refuted === true ? [] : [{ system: SYSTEM.snomed, code: '399912005' }];
  }
  return [];
}

export function careNeedsOf(resources: readonly FhirResource[]): Coding[] {
  const needs = resources.flatMap(needOf);
  return needs.filter((need, index) => needs.findIndex(({ code }) => code === need.code) === index);
}
