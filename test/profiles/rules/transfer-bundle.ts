/** A transfer of a synthetic patient in FHIR, complete: tests take one thing away or make one thing wrong. */
import type {
  Bundle,
  CareTeam,
  FhirResource,
  Observation,
  Patient,
  PractitionerRole,
  ServiceRequest,
} from 'fhir/r4.js';
import { nlCore, SYSTEM, WK_CODES, wkProfile } from '../../../profiles/canonical.ts';
import { TRANSFER_OF_CARE } from '../../../profiles/rules.ts';

const coded = (system: string, code: string) => ({ coding: [{ system, code }] });

/** Entry numbers of the Bundle below. */
export const AT = {
  request: 0,
  patient: 1,
  triage: 2,
  team: 3,
  responsible: 4,
  coTreating: 5,
  allergy: 6,
  medication: 7,
  directive: 8,
  heartRate: 9,
  contact: 10,
} as const;

const patient: Patient = {
  resourceType: 'Patient',
  id: 'anna',
  identifier: [
    { system: SYSTEM.bsn, value: '999900006' },
    { system: 'https://hospital.example/patient', value: '4109590' },
  ],
};

const request: ServiceRequest = {
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  code: coded(SYSTEM.snomed, TRANSFER_OF_CARE),
  orderDetail: [coded(WK_CODES, 'wijkkliniek-complex')],
  subject: { reference: 'urn:uuid:1' },
  authoredOn: '2026-11-20T14:05:00+01:00',
};

const triage: Observation = {
  resourceType: 'Observation',
  meta: { profile: [wkProfile('TriageOutcome')] },
  status: 'final',
  code: coded(WK_CODES, 'triage-outcome'),
  valueCodeableConcept: coded(WK_CODES, 'wijkkliniek-complex'),
};

const team: CareTeam = {
  resourceType: 'CareTeam',
  status: 'active',
  participant: [
    { role: [coded(SYSTEM.participation, 'RESP')], member: { reference: 'urn:uuid:4' } },
    { role: [coded(SYSTEM.participation, 'SPRF')], member: { reference: 'urn:uuid:5' } },
  ],
};

const role = (code: string): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  specialty: [coded(SYSTEM.uziRole, code)],
});

const resources: FhirResource[] = [
  request,
  patient,
  triage,
  team,
  role('81.000'),
  role('01.022'),
  { resourceType: 'AllergyIntolerance', patient: { reference: 'urn:uuid:1' }, code: { text: 'Penicilline' } },
  { resourceType: 'MedicationStatement', status: 'active', subject: { reference: 'urn:uuid:1' } },
  {
    resourceType: 'Consent',
    meta: { profile: [nlCore('TreatmentDirective2')] },
    status: 'active',
    scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'treatment'),
    category: [coded(SYSTEM.snomed, '129125009')],
  },
  {
    resourceType: 'Observation',
    status: 'final',
    code: coded(SYSTEM.loinc, '8867-4'),
    effectiveDateTime: '2026-11-20T13:40:00+01:00',
    valueQuantity: { value: 92, system: SYSTEM.ucum, code: '/min' },
  },
  { resourceType: 'RelatedPerson', patient: { reference: 'urn:uuid:1' } },
];

/** A fresh copy, after `change`. */
export function transferBundle(change: (resources: FhirResource[]) => void = () => undefined): Bundle {
  const copy = structuredClone(resources);
  change(copy);
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: copy.map((resource, index) => ({
      fullUrl: `urn:uuid:${index}`,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    })),
  };
}
