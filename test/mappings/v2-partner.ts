/** A partner of tests that takes HL7 v2, and the places of a Bundle's values. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { ANY_PARTNER, type V2Partner, type V2Stamp } from '../../mappings/hl7v2/write/partner.ts';

export const PARTNER: V2Partner = { ...ANY_PARTNER, sendingFacility: 'test', receivingApplication: 'EPD' };
export const STAMP: V2Stamp = { controlId: '0123456789ABCDEF0123', at: '2026-11-23T10:00:00.000Z' };

/** FHIRPath of every value of the resources. */
export const leavesOf = (bundle: Bundle<FhirResource>): string[] =>
  (bundle.entry ?? []).flatMap(({ resource }, index) => below(resource, `Bundle.entry[${index}].resource`));

function below(node: unknown, path: string): string[] {
  if (node === undefined || node === null) return [];
  if (Array.isArray(node)) return node.flatMap((item, index) => below(item, `${path}[${index}]`));
  if (typeof node !== 'object') return [path];
  return Object.entries(node).flatMap(([key, child]) => below(child, `${path}.${key}`));
}
