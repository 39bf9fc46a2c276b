import type { Composition, Encounter, FhirResource } from 'fhir/r4.js';
import { SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import { mapSample, outputOf, proveSample } from './samples.ts';

const found = <T extends FhirResource>(name: string, type: T['resourceType']): T => {
  const one = outputOf('discharge-fhir', name).entry?.find(({ resource }) => resource?.resourceType === type)?.resource;
  if (one === undefined) throw new Error(`no ${type}`);
  return one as T;
};
const warnings = (name: string): string[] =>
  proveSample('discharge-fhir', name).warnings.map(({ code, location }) => `${code} at ${location}`);

test('a discharge with everything in it has no warnings, and no rules of a transfer', () => {
  expect(warnings('zaandam-home')).toEqual([]);
  expect(found('zaandam-home', 'Composition').meta?.profile).toEqual([wkProfile('DischargeComposition')]);
});

test('medication goes along as it was sent', () => {
  const types = (outputOf('discharge-fhir', 'zaandam-home').entry ?? []).map(({ resource }) => resource?.resourceType);
  expect(types).toEqual(expect.arrayContaining(['MedicationRequest', 'MedicationStatement', 'Condition', 'Task']));
});

test('the letter by our own code gets the LOINC code beside it', () => {
  const { type, meta } = found<Composition>('boxmeer-own-code', 'Composition');
  expect(type.coding?.map(({ code }) => code)).toEqual(['discharge-handover', '18842-5']);
  expect(meta?.profile).toEqual([wkProfile('DischargeComposition')]);
});

test('the destination gets nl-core’s code beside the one as sent, and the rest of the stay is kept', () => {
  const { hospitalization } = found<Encounter>('boxmeer-own-code', 'Encounter');
  expect(hospitalization?.dischargeDisposition).toMatchObject({
    text: 'naar huis',
    coding: [{ code: 'home' }, { system: SYSTEM.snomed, code: '264362003' }],
  });
  expect(hospitalization?.specialArrangement).toEqual([{ text: 'hoog-laagbed' }]);
});

test('a request that claims to ask for a bed loses that claim: it sends the patient home', () => {
  expect(found('boxmeer-own-code', 'ServiceRequest').meta?.profile).toBeUndefined();
});

test('that there is no medication is a statement', () => {
  expect(warnings('boxmeer-own-code')).toEqual([]);
});

test('what the receivers would miss is told', () => {
  expect(warnings('purmerend-much-unsaid')).toEqual([
    'untranslated-code at Bundle.entry[2].resource.hospitalization.dischargeDisposition',
    'no-medication-statement at Bundle',
    'stay-not-finished at Bundle.entry[2].resource.status',
  ]);
});

test.each([
  ['refused-letter-without-content', ['Bundle.entry[3].resource.subject', 'Bundle.entry[3].resource.section']],
  ['refused-taken-back', ['Bundle.entry[1].resource.status', 'Bundle.entry[3].resource.status']],
  ['refused-no-letter', ['Bundle']],
])('%s: located where the sender wrote it', (name, expected) => {
  const mapped = mapSample('discharge-fhir', name);
  expect(mapped.ok ? [] : mapped.issues.map(({ expression }) => expression)).toEqual(expected);
});
