import type { FhirResource, Medication, MedicationRequest } from 'fhir/r4.js';
import { wkProfile } from '../../profiles/canonical.ts';
import { isError } from '../../profiles/issue.ts';
import { createValidator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';

const validator = createValidator([wkPackage]);
const errors = (name: string, resource: FhirResource): string[] =>
  validator
    .validate({ ...resource, meta: { profile: [wkProfile(name)] } })
    .filter(isError)
    .map(({ expression }) => expression);

const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
const agreement: MedicationRequest = {
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  category: [coded('http://snomed.info/sct', '33633005')],
  medicationReference: { reference: 'Medication/1' },
  subject: { reference: 'Patient/1' },
  dosageInstruction: [{ route: coded('http://terminology.hl7.org/CodeSystem/v2-0162', 'IV') }],
};
const product: Medication = {
  resourceType: 'Medication',
  code: { text: 'Magistrale zalf' },
  form: coded('https://example.org/forms', 'ZALF'),
  ingredient: [{ itemCodeableConcept: { text: 'Zinkoxide' } }],
};

describe('medication with codes that have no translation', () => {
  test('an agreement with a route of the sender meets wk-MedicationAgreement', () => {
    expect(errors('MedicationAgreement', agreement)).toEqual([]);
  });

  test('but is still an agreement, with one comment at most', () => {
    expect(errors('MedicationAgreement', { ...agreement, category: [coded('http://snomed.info/sct', '1')] })).toEqual([
      expect.stringContaining('category'),
    ]);
    const note = [{ text: 'een' }, { text: 'twee' }];
    expect(errors('MedicationAgreement', { ...agreement, note })).toEqual([expect.stringContaining('note')]);
  });

  test('a product with a form and an ingredient in words meets wk-PharmaceuticalProduct', () => {
    expect(errors('PharmaceuticalProduct', product)).toEqual([]);
  });
});
