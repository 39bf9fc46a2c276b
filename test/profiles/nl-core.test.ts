import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator } from '../../profiles/validator.ts';
import type { Validator } from '../../profiles/validator.ts';
import { plant } from './valid.ts';
import type { Plain } from './valid.ts';

const SHARED = resolve(__dirname, '../../../shared/data');
const EXAMPLES = join(SHARED, 'examples/nl-core');
const PACKAGES = ['nl-core', 'medicationprocess9', 'labexchange'];
// Without the published packages there is nothing to prove.
const describeWithData = existsSync(EXAMPLES) ? describe : describe.skip;

const files = existsSync(EXAMPLES) ? readdirSync(EXAMPLES).filter((file) => file.endsWith('.json')) : [];
const read = (file: string): Plain => JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as Plain;

/** Examples that a published profile contradicts, with the reason. None does. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

const FAMILY = 'name[0]._family.extension';
// Example, place, planted value (undefined takes it away), where it must be found, by which rule.
const FAULTS: readonly [string, string, unknown, string, string][] = [
  ['Patient-01', 'identifier[0].value', 'x y\u0001', 'Patient.identifier[0].value', 'format'],
  ['Patient-01', 'maritalStatus.coding[0].code', 'ZZ9', 'Patient.maritalStatus', 'binding'],
  [
    'Patient-01',
    '_gender.extension[0].valueCodeableConcept.coding[0].system',
    'urn:x',
    'Patient.gender.extension[0].valueCodeableConcept',
    'binding',
  ],
  [
    'Patient-01',
    'name[0]._given[1].extension[0].valueCode',
    'ZZ9',
    'Patient.name[0].given[1].extension[0].valueCode',
    'binding',
  ],
  ['Patient-01', 'name[0]._given[1]', null, 'Patient.name[0].given[1].extension', 'slice-cardinality'],
  ['Patient-01', `${FAMILY}[1].url`, 'urn:x', 'Patient.name[0]', 'zib-NameInformation-1'],
  ['Patient-01', `${FAMILY}[0].valueString`, undefined, 'Patient.name[0].family.extension[0].value', 'cardinality'],
  [
    'Patient-01',
    'communication[0].extension[0].extension[0].url',
    'urn:x',
    'Patient.communication[0].extension[0].extension',
    'slice-cardinality',
  ],
  [
    'Patient-01',
    'extension[0].extension[0].valueCodeableConcept',
    undefined,
    'Patient.extension[0].extension[0].value',
    'cardinality',
  ],
  [
    'AdvanceDirective-01-RelatedPerson-01',
    'name[0]._given[0].extension[0].url',
    'urn:x',
    'RelatedPerson.name[0].given[0].extension',
    'slice-cardinality',
  ],
  ['AllergyIntolerance-02', 'clinicalStatus', undefined, 'AllergyIntolerance', 'ait-1'],
  [
    'AllergyIntolerance-02',
    '_category[0].extension[0].valueCodeableConcept.coding[0].code',
    'ZZ9',
    'AllergyIntolerance.category[0].extension[0].valueCodeableConcept',
    'binding',
  ],
  [
    'Alert-01-Condition-01',
    'verificationStatus.coding[1].code',
    'ZZ9',
    'Condition.verificationStatus.coding',
    'slice-cardinality',
  ],
  ['Burnwound-01', 'category[0].coding[0].code', 'ZZ9', 'Condition.category', 'slice-cardinality'],
  ['BarthelADLIndex-01', 'code.coding[0].code', '1', 'Observation.code', 'pattern'],
  [
    'BarthelADLIndex-01',
    'component[0].valueCodeableConcept.coding[0].code',
    'FECAL9',
    'Observation.component[0].valueCodeableConcept',
    'binding',
  ],
  ['BarthelADLIndex-01', 'valueInteger', 21, 'Observation.valueInteger', 'range'],
  ['BodyHeight-01', 'category[0].coding[0].code', 'exam', 'Observation.category', 'slice-cardinality'],
  ['BodyWeight-01', 'subject', undefined, 'Observation.subject', 'cardinality'],
  ['BodyWeight-01', 'component[0].valueCodeableConcept', undefined, 'Observation.component[0]', 'vs-3'],
  ['BodyWeight-01', 'effectiveDateTime', '2013', 'Observation.effectiveDateTime', 'vs-1'],
  ['FreedomRestrictingIntervention-01', 'category', undefined, 'Procedure.category', 'cardinality'],
  ['FreedomRestrictingIntervention-01', 'category.coding[0].system', 'urn:x', 'Procedure.category', 'pattern'],
  ['LaboratoryTestResult-01', 'category[0].coding[0].code', 'vital-signs', 'Observation.category', 'slice-cardinality'],
  ['LaboratoryTestResult-01', 'code.coding', [{ system: 'urn:local', code: 'K' }], 'Observation.code', 'binding'],
  ['LaboratoryTestResult-01', 'code', { text: 'kalium' }, 'Observation.code', 'binding'],
  [
    'LaboratoryTestResult-01',
    'performer',
    [{ reference: 'Organization/1' }, { reference: 'Organization/2' }],
    'Observation.performer[1]',
    'slice-cardinality',
  ],
  ['SNAQScore-01', 'component[0].code.coding[0].code', 'ZZ9', 'Observation', 'zib-SNAQScore-1'],
];

describeWithData('the published Dutch profiles', () => {
  let validator: Validator;

  beforeAll(async () => {
    validator = createValidator(
      await Promise.all(PACKAGES.map((name) => loadPackage(join(SHARED, `packages/nictiz.fhir.nl.r4.${name}`)))),
    );
  });

  const errorsOf = (resource: Plain, profiles: string[] = []) =>
    validator.validate(resource, { profiles }).filter(({ severity }) => severity === 'error');

  test('their examples are all here', () => {
    expect(files.length).toBeGreaterThan(130);
  });

  test.each(files.map((file) => [file]))('no error in %s', (file) => {
    if (!(file in EXCEPTIONS)) expect(errorsOf(read(file))).toEqual([]);
  });

  test.each(FAULTS)('in %s a fault planted at %s is found', (file, place, value, expression, rule) => {
    const found = errorsOf(plant(read(`nl-core-${file}.json`), place, value));
    expect(found).toContainEqual(expect.objectContaining({ expression, rule }));
  });

  test('a profile published with a differential only (labexchange) checks what its base profile says too', () => {
    const url = 'http://nictiz.nl/fhir/StructureDefinition/lu-LaboratoryTestResult-DiagnosticReport';
    const report = { resourceType: 'DiagnosticReport', status: 'final', code: { text: 'x' } };
    expect(errorsOf(report, [url])).toContainEqual(
      expect.objectContaining({ expression: 'DiagnosticReport.category', rule: 'cardinality' }),
    );
  });

  test('a value that a slice of a care team may hold once is found twice, as its profile says', () => {
    const role = (id: string) => ({
      fullUrl: `urn:uuid:6f1f7a80-0000-4000-8000-00000000000${id}`,
      resource: { resourceType: 'PractitionerRole', code: [{ text: 'arts' }] },
    });
    const team = {
      resourceType: 'CareTeam',
      meta: { profile: ['http://nictiz.nl/fhir/StructureDefinition/nl-core-CareTeam'] },
      participant: ['1', '2'].map((id) => ({ member: { reference: role(id).fullUrl } })),
    };
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: team }, role('1'), role('2')] };
    expect(errorsOf(bundle)).toEqual([
      expect.objectContaining({ expression: 'Bundle.entry[0].resource.participant[1]', rule: 'slice-cardinality' }),
    ]);
  });
});
