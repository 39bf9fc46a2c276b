/** Code systems of the value sets that nl-core requires of a problem and of what an allergy is for. */
import { SYSTEM } from '../profiles/canonical.ts';

/** Code systems of the value set that nl-core-Problem requires (zib Problem, ProbleemNaamCodelijst). */
export const PROBLEM_SYSTEMS: readonly string[] = [
  SYSTEM.snomed,
  'http://hl7.org/fhir/sid/icd-10-nl',
  'http://hl7.org/fhir/sid/icpc-1-nl',
  'http://hl7.org/fhir/sid/icf-nl',
  'http://hl7.org/fhir/sid/dsm5',
  'http://www.nanda.org/',
  'urn:oid:2.16.840.1.113883.6.126',
  'urn:oid:2.16.840.1.113883.6.98',
  'urn:oid:2.16.840.1.113883.2.4.4.1.902.40',
  'urn:oid:2.16.840.1.113883.3.3210.14.2.2.35',
];

/** Code systems of the value set that nl-core-AllergyIntolerance requires (VeroorzakendeStofCodelijsten). */
export const SUBSTANCE_SYSTEMS: readonly string[] = [
  SYSTEM.snomed,
  SYSTEM.hpk,
  'urn:oid:2.16.840.1.113883.2.4.4.1.750',
  'urn:oid:2.16.840.1.113883.2.4.4.1.725',
  'urn:oid:2.16.840.1.113883.2.4.4.1.902.122',
];
