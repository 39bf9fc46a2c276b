import { adminFhir } from '../../mappings/admin-fhir/mapping.ts';
import { nlCore } from '../../profiles/canonical.ts';
import { describeSamples, mapSample, outputOf } from './fhir-samples.ts';

describeSamples(adminFhir);

const claimsOf = (name: string): (string | undefined)[] =>
  (outputOf(adminFhir, name).entry ?? []).map(({ resource }) => resource?.meta?.profile?.[0]);

test('patient and stay claim nl-core where it holds', () => {
  expect(claimsOf('patient-and-stay')).toEqual([nlCore('Patient'), nlCore('Encounter')]);
  expect(claimsOf('patient-as-no-profile-says')).toEqual([undefined]);
});

test('a stay of nobody is refused at its place', () => {
  const mapped = mapSample(adminFhir, 'refused-whose-stay');
  expect(mapped.ok ? [] : mapped.issues.map(({ expression }) => expression)).toEqual([
    'Bundle.entry[1].resource.subject',
  ]);
});
