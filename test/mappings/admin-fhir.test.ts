import { nlCore } from '../../profiles/canonical.ts';
import { mapSample, outputOf } from './samples.ts';

const claimsOf = (name: string): (string | undefined)[] =>
  (outputOf('admin-fhir', name).entry ?? []).map(({ resource }) => resource?.meta?.profile?.[0]);

test('patient and stay claim nl-core where it holds', () => {
  expect(claimsOf('patient-and-stay')).toEqual([nlCore('Patient'), nlCore('Encounter')]);
  expect(claimsOf('patient-as-no-profile-says')).toEqual([undefined]);
});

test('a stay of nobody is refused at its place', () => {
  const mapped = mapSample('admin-fhir', 'refused-whose-stay');
  expect(mapped.ok ? [] : mapped.issues.map(({ expression }) => expression)).toEqual([
    'Bundle.entry[1].resource.subject',
  ]);
});
