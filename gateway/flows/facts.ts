/** What the ledger keeps of a proved Bundle beside its content: what it is about, and when it was ordered. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Instant } from '../ledger/ledger.ts';
import type { Flow } from '../regions/region.ts';

/** The resources that are the subject of a flow; patients, practitioners and the like only accompany them. */
const ABOUT: Partial<Record<Flow, readonly FhirResource['resourceType'][]>> = {
  'transfer-request': ['ServiceRequest'],
  'lab-result': ['DiagnosticReport', 'Observation'],
  // An order of medication (ORM^O01 with RXO) is about its agreement.
  order: ['ServiceRequest', 'MedicationRequest'],
  medication: ['MedicationRequest', 'MedicationDispense', 'MedicationStatement', 'MedicationAdministration'],
  'patient-admin': ['Encounter', 'Patient'],
  'co-treatment': ['Communication', 'Composition', 'ServiceRequest'],
  observation: ['Observation'],
  discharge: ['Composition'],
};

/** Business identifiers of what the message says something about: of the first type of the flow that it holds. */
export function thingsOf(flow: Flow, bundle: Bundle<FhirResource>): readonly string[] {
  for (const type of ABOUT[flow] ?? []) {
    const urls = (bundle.entry ?? []).flatMap(({ resource, request }) =>
      resource?.resourceType === type && request !== undefined ? [request.url] : [],
    );
    if (urls.length > 0) return urls;
  }
  return [];
}

/** When the order behind the results was placed: the latest word of the order, else the moment of sampling. */
export function orderedAtOf(bundle: Bundle<FhirResource>): Instant | null {
  const moments = (bundle.entry ?? []).flatMap(({ resource }) => {
    if (resource?.resourceType === 'ServiceRequest') return [resource.authoredOn];
    if (resource?.resourceType === 'Specimen') return [resource.collection?.collectedDateTime ?? resource.receivedTime];
    if (resource?.resourceType === 'DiagnosticReport') return [resource.effectiveDateTime];
    if (resource?.resourceType === 'Observation') return [resource.effectiveDateTime];
    return [];
  });
  // The results of one order mostly share their moment.
  const instants = [...new Set(moments)].flatMap((moment) => {
    const time = moment === undefined ? Number.NaN : Date.parse(moment);
    return Number.isNaN(time) ? [] : [time];
  });
  return instants.length === 0 ? null : new Date(Math.max(...instants)).toISOString();
}
