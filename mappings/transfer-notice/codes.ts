/** Which codes may stand in an advance notice: those of public code systems, in the form those systems give them. */
import type { CodeableConcept, Coding } from 'fhir/r4.js';
import { SYSTEM, WK_CODES } from '../../profiles/canonical.ts';

/** The form of a code in its system; anything else typed into a code field does not travel. */
const FORM: ReadonlyMap<string, RegExp> = new Map([
  // SCTID: before the check digit stands the partition of a concept, 00 or 10 (SNOMED CT release file specification).
  [SYSTEM.snomed, /^[1-9]\d{2,14}[01]0\d$/],
  ['http://hl7.org/fhir/sid/icd-10-nl', /^[A-Z]\d{2}(\.\d{1,2})?$/],
  ['http://hl7.org/fhir/sid/icd-10', /^[A-Z]\d{2}(\.\d{1,2})?$/],
  ['http://hl7.org/fhir/sid/icpc-1-nl', /^[A-Z]\d{2}(\.\d{2})?$/],
]);

/** The codings of a concept that may be told, without their display: a display is text somebody may have typed. */
export const tellable = (concept: CodeableConcept | undefined, secrets: ReadonlySet<string>): Coding[] =>
  (concept?.coding ?? []).flatMap(({ system, code }) =>
    system !== undefined && code !== undefined && FORM.get(system)?.test(code) === true && !secrets.has(code)
      ? [{ system, code }]
      : [],
  );

export const coded = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] });

export const says = (concept: CodeableConcept | undefined, system: string, code: string): boolean =>
  (concept?.coding ?? []).some((coding) => coding.system === system && coding.code === code);

export const saysWk = (concept: CodeableConcept | undefined, code: string): boolean => says(concept, WK_CODES, code);
