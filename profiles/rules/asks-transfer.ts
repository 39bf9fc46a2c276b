/** Which Bundle asks for a transfer, and which sends a patient home: both by SNOMED CT 308292007, with other rules. */
import type { Bundle, BundleEntry, CodeableConcept, FhirResource, ServiceRequest } from 'fhir/r4.js';
import { SYSTEM, WK_CODES, wkProfile } from '../canonical.ts';

/** SNOMED CT "transfer of care": what makes a ServiceRequest a transfer. */
export const TRANSFER_OF_CARE = '308292007';
const DISCHARGE_SUMMARY = '18842-5';

const has = (concept: CodeableConcept | undefined, system: string, wanted: string): boolean =>
  concept?.coding?.some((coding) => coding.system === system && coding.code === wanted) === true;

export const isTransferOfCare = (resource: FhirResource | undefined): resource is ServiceRequest =>
  resource?.resourceType === 'ServiceRequest' && has(resource.code, SYSTEM.snomed, TRANSFER_OF_CARE);

/** A discharge letter: LOINC 18842-5 or wk `discharge-handover`. */
export const isDischargeComposition = (resource: FhirResource | undefined): boolean =>
  resource?.resourceType === 'Composition' &&
  (has(resource.type, SYSTEM.loinc, DISCHARGE_SUMMARY) || has(resource.type, WK_CODES, 'discharge-handover'));

/**
 * Whether the rules of a transfer apply. A letter of discharge exempts a Bundle only when no request in it claims to be
 * a transfer, which the mapping of a transfer always does: a hospital may send its own letter along, and slips past
 * nothing by that.
 */
export function asksForTransfer(bundle: Bundle): boolean {
  const resources = ((bundle.entry ?? []) as readonly BundleEntry<FhirResource>[]).map(({ resource }) => resource);
  const requests = resources.filter(isTransferOfCare);
  if (requests.length === 0) return false;
  return !resources.some(isDischargeComposition) || requests.some(claimsTransfer);
}

const claimsTransfer = ({ meta }: ServiceRequest): boolean =>
  meta?.profile?.some((canonical) => canonical.split('|')[0] === wkProfile('TransferRequest')) === true;
