/** Which flow a FHIR Bundle is (CONTRACT §4): by its own codes, never by who happens to send it to which address. */
import type { Bundle, CodeableConcept, FhirResource, Observation } from 'fhir/r4.js';
import { isConsultNote, isQuestion, isReply } from '../../mappings/co-treatment-fhir/conversation.ts';
import { SYSTEM } from '../../profiles/canonical.ts';
import { asksForTransfer, isDischargeComposition, isTransferOfCare } from '../../profiles/rules/asks-transfer.ts';
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

const isCoTreatment = (resource: FhirResource): boolean => isQuestion(resource) || isReply(resource);

const isLab = (resource: FhirResource): boolean =>
  (resource.resourceType === 'Observation' && has(resource.category, SYSTEM.observationCategory, ['laboratory'])) ||
  (resource.resourceType === 'DiagnosticReport' &&
    has(resource.category, 'http://terminology.hl7.org/CodeSystem/v2-0074', ['LAB']));

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
  const transfer = resources.some(isTransferOfCare);
  const coTreatment = resources.some(isCoTreatment);
  if (transfer && coTreatment) {
    return { ok: false, text: 'both a transfer (SNOMED CT 308292007) and a co-treatment request: send them apart' };
  }
  // A request carries what belongs to it: results and medication inside it are its content, not a flow beside it.
  if (transfer) {
    // Without a region nobody knows who sends; a request that claims to be a transfer is one.
    const home = sender === null ? !asksForTransfer(bundle) : sender === 'vvt';
    const leaving = home && resources.some(isDischargeComposition);
    if (sender === 'vvt' && !leaving) {
      return { ok: false, text: 'a VVT sends no transfer (SNOMED CT 308292007) without a discharge Composition' };
    }
    return { ok: true, flow: leaving ? 'discharge' : 'transfer-request' };
  }
  if (coTreatment || resources.some(isConsultNote)) return { ok: true, flow: 'co-treatment' };
  if (resources.some(isLab)) return fromOutside('lab-result', sender);
  if (resources.some(isMedication)) return fromOutside('medication', sender);
  if (resources.some(isObservation) && (sender === 'vvt' || sender === null)) return { ok: true, flow: 'observation' };
  const only = (...types: readonly string[]): boolean =>
    resources.length > 0 && resources.every(({ resourceType }) => types.includes(resourceType));
  if (only('Task')) return { ok: true, flow: 'transfer-update' };
  if (only('Patient', 'Encounter')) return fromOutside('patient-admin', sender);
  return {
    ok: false,
    text: 'no flow for these resources: no transfer (ServiceRequest SNOMED CT 308292007), co-treatment, laboratory result, medication, observation of a VVT, or Patient and Encounter alone',
  };
}

/** Flows that only reach a VVT: sent by one, they would come back to it, and nobody would have been told. */
function fromOutside(flow: 'lab-result' | 'medication' | 'patient-admin', sender: PartyKind | null): Classified {
  if (sender !== 'vvt') return { ok: true, flow };
  const ways = 'observations, a question, or a discharge (ServiceRequest SNOMED CT 308292007 with its Composition)';
  return { ok: false, text: `${flow} is no flow from a VVT, which sends ${ways}` };
}
