import type { Bundle, FhirResource } from 'fhir/r4.js';
import { askedOf, type Asking } from '../../../gateway/intake/repeatable.ts';

const PATIENT = '7d2f3c1e-9a44-5b0e-8f11-2a6c0f0e5a01';
const RESULT = '0b6e5c52-3a6e-5f0a-9a0d-6f2f6b1c7e02';
const patient: FhirResource = { resourceType: 'Patient', identifier: [{ system: 'urn:n', value: '1' }] };
const result: FhirResource = {
  resourceType: 'Observation',
  status: 'corrected',
  identifier: [{ system: 'urn:f', value: '9' }],
  code: { text: 'kalium' },
  subject: { reference: `urn:uuid:${PATIENT}` },
};
const BUNDLE: Bundle<FhirResource> = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: `urn:uuid:${PATIENT}`,
      resource: patient,
      request: { method: 'PUT', url: 'Patient?identifier=urn%3An%7C1' },
    },
    {
      fullUrl: `urn:uuid:${RESULT}`,
      resource: result,
      request: { method: 'PUT', url: 'Observation?identifier=urn%3Af%7C9' },
    },
  ],
};
const requests = (how: Asking) => askedOf(BUNDLE, how).entry?.map(({ request }) => request);

describe('how a destination is asked', () => {
  test('conditional-update: as it is', () => {
    expect(askedOf(BUNDLE, 'conditional-update')).toEqual(BUNDLE);
  });

  test('conditional-create: made where it is missing; a correction still arrives', () => {
    expect(requests('conditional-create')).toEqual([
      { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn%3An%7C1' },
      { method: 'PUT', url: 'Observation?identifier=urn%3Af%7C9' },
    ]);
  });

  test('client-ids: at an id that stays the same, which the resource carries; references within stay', () => {
    expect(askedOf(BUNDLE, 'client-ids').entry).toEqual([
      {
        fullUrl: `urn:uuid:${PATIENT}`,
        resource: { ...patient, id: PATIENT },
        request: { method: 'PUT', url: `Patient/${PATIENT}` },
      },
      {
        fullUrl: `urn:uuid:${RESULT}`,
        resource: { ...result, id: RESULT },
        request: { method: 'PUT', url: `Observation/${RESULT}` },
      },
    ]);
  });

  test.each(['header', 'none'] as const)('%s: made, without a condition', (how) => {
    expect(requests(how)).toEqual([
      { method: 'POST', url: 'Patient' },
      { method: 'POST', url: 'Observation' },
    ]);
  });
});
