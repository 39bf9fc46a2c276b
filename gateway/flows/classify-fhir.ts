/** Which flow a FHIR Bundle is (CONTRACT §4): by its own codes, never by who happens to send it to which address. */
import type { Bundle, CodeableConcept, FhirResource, Observation } from 'fhir/r4.js';
import { SYSTEM, WK_CODES } from '../../profiles/canonical.ts';
import type { Flow, PartyKind } from '../regions/region.ts';

export type Classified = { readonly ok: true; readonly flow: Flow } | { readonly ok: false; readonly text: string };

const has = (
  concepts: readonly (CodeableConcept | undefined)[] | undefined,
  system: string,
  codes: readonly string[],
): boolean =>
  concepts?.some((concept) =>
    concept?.coding?.some((coding) => coding.system === system && codes.includes(coding.code ?? '')),
  ) ?? false;

const isTransfer = (resource: FhirResource): boolean =>
  resource.resourceType === 'ServiceRequest' && has([resource.code], SYSTEM.snomed, ['308292007']);

const isCoTreatment = (resource: FhirResource): boolean =>
  (resource.resourceType === 'ServiceRequest' &&
    (has([resource.code], SYSTEM.nza, ['190017', '190009']) || has([resource.code], WK_CODES, ['co-treatment']))) ||
  (resource.resourceType === 'Communication' && (resource.inResponseTo?.length ?? 0) > 0);

const isLab = (resource: FhirResource): boolean =>
  (resource.resourceType === 'Observation' && has(resource.category, SYSTEM.observationCategory, ['laboratory'])) ||
  (resource.resourceType === 'DiagnosticReport' &&
    has(resource.category, 'http://terminology.hl7.org/CodeSystem/v2-0074', ['LAB']));

const isDischarge = (resource: FhirResource): boolean =>
  resource.resourceType === 'Composition' &&
  (has([resource.type], SYSTEM.loinc, ['18842-5']) || has([resource.type], WK_CODES, ['discharge-handover']));

const MEDICATION: readonly string[] = [
  'MedicationRequest',
  'MedicationDispense',
  'MedicationStatement',
  'MedicationAdministration',
];
const isMedication = (resource: FhirResource): boolean => MEDICATION.includes(resource.resourceType);
const isObservation = (resource: FhirResource): resource is Observation => resource.resourceType === 'Observation';

/** `sender`: kind of the party that sends; null when no region is known (`map`, `validate`). */
export function classifyBundle(bundle: Bundle<FhirResource>, sender: PartyKind | null): Classified {
  const resources = (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  const transfer = resources.some(isTransfer);
  const coTreatment = resources.some(isCoTreatment);
  if (transfer && coTreatment) {
    return { ok: false, text: 'both a transfer (SNOMED CT 308292007) and a co-treatment request: send them apart' };
  }
  // A request carries what belongs to it: results and medication inside it are its content, not a flow beside it.
  if (transfer) {
    const leaving = resources.some(isDischarge) && (sender === 'vvt' || sender === null);
    return { ok: true, flow: leaving ? 'discharge' : 'transfer-request' };
  }
  if (coTreatment) return { ok: true, flow: 'co-treatment' };
  if (resources.some(isLab)) return { ok: true, flow: 'lab-result' };
  if (resources.some(isMedication)) return { ok: true, flow: 'medication' };
  if (resources.some(isObservation) && sender !== 'hospital') return { ok: true, flow: 'observation' };
  const only = (...types: readonly string[]): boolean =>
    resources.length > 0 && resources.every(({ resourceType }) => types.includes(resourceType));
  if (only('Task')) return { ok: true, flow: 'transfer-update' };
  if (only('Patient', 'Encounter')) return { ok: true, flow: 'patient-admin' };
  return {
    ok: false,
    text: 'no flow for these resources: no transfer (ServiceRequest SNOMED CT 308292007), co-treatment, laboratory result, medication, observation of a VVT, or Patient and Encounter alone',
  };
}
