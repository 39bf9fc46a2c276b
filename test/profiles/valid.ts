/** Valid base R4 resources to plant faults in: synthetic, nobody's. */
export type Plain = Record<string, unknown>;

export const patient = (): Plain => ({
  resourceType: 'Patient',
  id: 'p1',
  meta: { versionId: '1', lastUpdated: '2024-10-01T10:00:00.000+02:00' },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Voorbeeld</p></div>' },
  extension: [{ url: 'http://example.org/note', valueString: 'x' }],
  identifier: [
    { use: 'official', system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: '999900006' },
    { system: 'http://example.org/mrn', value: '42', period: { start: '2020-01-01', end: '2024-01-01' } },
  ],
  active: true,
  name: [
    { family: 'Voorbeeld', given: ['Jan', null], _given: [null, { extension: [{ url: 'urn:x', valueCode: 'y' }] }] },
  ],
  telecom: [{ system: 'phone', value: '020-0000000', rank: 1 }],
  gender: 'female',
  birthDate: '1940-02-29',
  _birthDate: { extension: [{ url: 'http://example.org/source', valueCode: 'passport' }] },
  deceasedBoolean: false,
  photo: [{ contentType: 'image/png', data: 'iVBORw0KGgo=' }],
  contact: [{ name: { family: 'Dochter' }, relationship: [{ text: 'dochter' }] }],
  communication: [{ language: { text: 'Nederlands' } }],
  generalPractitioner: [{ reference: 'PractitionerRole/gp' }],
});

export const observation = (): Plain => ({
  resourceType: 'Observation',
  status: 'final',
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
  ],
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2024-10-01T09:30:00+02:00',
  issued: '2024-10-01T10:30:00+02:00',
  valueQuantity: { value: 4.1, unit: 'mmol/l', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  referenceRange: [{ low: { value: 3.5 }, high: { value: 5 } }],
  component: [{ code: { text: 'deel' }, valueString: 'helder' }],
});

export const condition = (): Plain => ({
  resourceType: 'Condition',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
  },
  verificationStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }],
  },
  code: { text: 'longontsteking' },
  subject: { reference: 'Patient/p1' },
  onsetDateTime: '2024-09',
});

export const medicationRequest = (): Plain => ({
  resourceType: 'MedicationRequest',
  contained: [{ resourceType: 'Medication', id: 'med', code: { text: 'furosemide' } }],
  status: 'active',
  intent: 'order',
  medicationReference: { reference: '#med' },
  subject: { reference: 'Patient/p1' },
  dosageInstruction: [
    {
      timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd', timeOfDay: ['08:00:00', '20:00:00'] } },
      doseAndRate: [{ doseQuantity: { value: 40, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } }],
    },
  ],
});

export const task = (): Plain => ({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  authoredOn: '2024-10-01T10:00:00+02:00',
  lastModified: '2024-10-01T10:05:00+02:00',
  input: [{ type: { text: 'document' }, valueReference: { reference: 'Composition/1' } }],
});

const PATIENT_URL = 'urn:uuid:6f1f7a80-0000-4000-8000-000000000001';
const OBSERVATION_URL = 'urn:uuid:6f1f7a80-0000-4000-8000-000000000002';

export const bundle = (): Plain => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    { fullUrl: PATIENT_URL, resource: patient(), request: { method: 'PUT', url: 'Patient?identifier=x' } },
    {
      fullUrl: OBSERVATION_URL,
      resource: { ...observation(), subject: { reference: PATIENT_URL } },
      request: { method: 'PUT', url: 'Observation?identifier=y' },
    },
  ],
});

/** Sets the value at a place (`name[0].given[1]`), or takes it away when the value is undefined. */
export function plant(resource: Plain, place: string, value: unknown): Plain {
  const steps = place.split(/[.[\]]+/).filter((step) => step !== '');
  const last = steps.pop() ?? '';
  let at = resource;
  for (const step of steps) at = at[step] as Plain;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return resource;
}

/** Every place in a value, as `plant` takes it. */
export function pathsOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = Array.isArray(value) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`;
    return [path, ...pathsOf(child, path)];
  });
}
