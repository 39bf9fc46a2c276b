import { nlCore } from '../../profiles/canonical.ts';
import { mapSample, outputOf } from './samples.ts';

const claimsOf = (name: string): (string | undefined)[] =>
  (outputOf('observation-fhir', name).entry ?? [])
    .filter(({ resource }) => resource?.resourceType === 'Observation')
    .map(({ resource }) => resource?.meta?.profile?.[0]);

test('a round of vital signs and scores claims the profile of each', () => {
  const r4 = 'http://hl7.org/fhir/StructureDefinition/resprate';
  expect(claimsOf('amsterdam-round')).toEqual([
    ...['BloodPressure', 'HeartRate', 'BodyTemperature', 'O2Saturation'].map(nlCore),
    r4,
    ...['BodyWeight', 'GlasgowComaScale', 'PainScore', 'DOSScore', 'BarthelADLIndex'].map(nlCore),
  ]);
});

test('nothing is claimed where the profile does not hold: another unit, no category, a score of nobody’s, taken back', () => {
  expect(claimsOf('what-no-profile-fits')).toEqual([undefined, undefined, undefined, undefined]);
});

test('without a person or a moment it is refused at both places', () => {
  const mapped = mapSample('observation-fhir', 'refused-no-subject-no-moment');
  expect(mapped.ok ? [] : mapped.issues.map(({ expression }) => expression)).toEqual([
    'Bundle.entry[1].resource.subject',
    'Bundle.entry[1].resource.effective',
  ]);
});
