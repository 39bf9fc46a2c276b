import fc from 'fast-check';
import { createValidator } from '../../profiles/validator.ts';
import { CODES, ownPackage, profileUrl } from './own-package.ts';
import { bundle, condition, medicationRequest, observation, pathsOf, patient, plant, task } from './valid.ts';
import type { Plain } from './valid.ts';

const validator = createValidator([ownPackage]);
const coded = (code: string) => ({ coding: [{ system: CODES, code }] });
const practice = (): Plain => ({ resourceType: 'PractitionerRole', organization: { display: 'praktijk' } });
const ROLE = 'urn:uuid:6f1f7a80-0000-4000-8000-00000000000a';

const ownPatient = (): Plain => ({
  resourceType: 'Patient',
  meta: { profile: [`${profileUrl('patient')}|1.0.0`] },
  extension: [
    { url: profileUrl('colour'), valueCodeableConcept: coded('red') },
    { url: profileUrl('nested'), extension: [{ url: 'from', valueDate: '2024' }] },
  ],
  identifier: [
    { system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: '999900006' },
    { system: 'http://example.org/mrn', value: '4200000000' },
  ],
  active: true,
  name: [{ family: 'Voorbeeld', given: ['Jan'] }],
  telecom: [{ system: 'phone', value: '020-0000000' }],
  gender: 'female',
  birthDate: '1940-02-29',
  contact: [{ name: { family: 'X' }, relationship: [{ text: 'dochter' }] }],
  generalPractitioner: [{ reference: 'PractitionerRole/gp' }],
});

const ownResult = (): Plain => ({
  ...observation(),
  meta: { profile: [profileUrl('result')] },
  identifier: [{ type: { coding: [{ code: 'PLAC' }] }, system: 'urn:own', value: '1' }],
  code: coded('red'),
  valueQuantity: { value: 4.1, unit: 'mmol/l', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  interpretation: [coded('orange')],
  method: coded('red'),
  bodySite: { text: 'arm' },
  device: { display: 'meter' },
  note: [
    { time: '2024', text: 'x' },
    { authorString: 'a', text: 'y' },
  ],
  component: [
    { code: { text: 'first' }, valueString: 'x', referenceRange: [{ low: { value: 1 } }] },
    { code: { text: 'second' } },
  ],
});

const team = (): Plain => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    {
      resource: {
        resourceType: 'CareTeam',
        meta: { profile: [profileUrl('team')] },
        participant: [
          { member: { reference: ROLE }, role: [{ text: 'huisarts' }] },
          { member: { display: 'buurvrouw' } },
        ],
      },
    },
    { fullUrl: ROLE, resource: practice() },
  ],
});

const collection = (): Plain => ({
  resourceType: 'Bundle',
  meta: { profile: [profileUrl('collection')] },
  type: 'collection',
  entry: [{ link: [{ relation: 'self', url: 'urn:x' }], resource: ownPatient() }, { resource: observation() }],
});

const innerPractice = (): Plain => plant(ownPatient(), 'generalPractitioner[0].reference', '#gp');

const dosage = 'MedicationRequest.dosageInstruction[0]';

// R4's own invariants.
const BASE_FAULTS: readonly [string, () => Plain, string, unknown, string, string][] = [
  [
    'an extension with value and extensions',
    patient,
    'extension[0].extension',
    [{ url: 'x', valueCode: 'y' }],
    'Patient.extension[0]',
    'ext-1',
  ],
  ['an extension with neither', patient, 'extension[0]', { url: 'urn:x' }, 'Patient.extension[0]', 'ext-1'],
  [
    'a contact without anything to find them by',
    patient,
    'contact[0]',
    { gender: 'male' },
    'Patient.contact[0]',
    'pat-1',
  ],
  [
    'a period that ends before it starts',
    patient,
    'identifier[1].period.end',
    '2019-12-31',
    'Patient.identifier[1].period',
    'per-1',
  ],
  ['an attachment of no content type', patient, 'photo[0].contentType', undefined, 'Patient.photo[0]', 'att-1'],
  ['a telephone number of no system', patient, 'telecom[0].system', undefined, 'Patient.telecom[0]', 'cpt-2'],
  ['a script in a narrative', patient, 'text.div', '<div><script>x()</script></div>', 'Patient.text.div', 'txt-1'],
  ['a unit code of no system', observation, 'valueQuantity.system', undefined, 'Observation.valueQuantity', 'qty-3'],
  [
    'a value and a reason for having none',
    observation,
    'dataAbsentReason',
    { text: 'x' },
    'Observation.dataAbsentReason',
    'obs-6',
  ],
  [
    'a component with the code of the whole',
    observation,
    'component[0].code',
    { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
    'Observation.component[0].code',
    'obs-7',
  ],
  [
    'a reference range of nothing',
    observation,
    'referenceRange[0]',
    { type: { text: 'x' } },
    'Observation.referenceRange[0]',
    'obs-3',
  ],
  [
    'a range the wrong way round',
    observation,
    'referenceRange[0].age',
    { low: { value: 9 }, high: { value: 2 } },
    'Observation.referenceRange[0].age',
    'rng-2',
  ],
  [
    'a comparator where none may be',
    observation,
    'referenceRange[0].low.comparator',
    '<',
    'Observation.referenceRange[0].low.comparator',
    'sqty-1',
  ],
  ['an abated condition still active', condition, 'abatementDateTime', '2024-10', 'Condition', 'con-4'],
  [
    'a mistake with a clinical status',
    condition,
    'verificationStatus.coding[0].code',
    'entered-in-error',
    'Condition',
    'con-5',
  ],
  [
    'a contained resource nobody refers to',
    medicationRequest,
    'medicationReference',
    { display: 'x' },
    'MedicationRequest.contained[0]',
    'dom-3',
  ],
  [
    'a contained resource with a version',
    medicationRequest,
    'contained[0].meta',
    { versionId: '1' },
    'MedicationRequest.contained[0]',
    'dom-4',
  ],
  [
    'a contained resource in a contained one',
    medicationRequest,
    'contained[0].contained',
    [{ resourceType: 'Basic', code: { text: 'x' } }],
    'MedicationRequest.contained[0]',
    'dom-2',
  ],
  [
    'a period without unit',
    medicationRequest,
    'dosageInstruction[0].timing.repeat.periodUnit',
    undefined,
    `${dosage}.timing.repeat`,
    'tim-2',
  ],
  [
    'a negative period',
    medicationRequest,
    'dosageInstruction[0].timing.repeat.period',
    -1,
    `${dosage}.timing.repeat.period`,
    'tim-5',
  ],
  [
    'half a ratio',
    medicationRequest,
    'dosageInstruction[0].maxDosePerPeriod',
    { numerator: { value: 1 } },
    `${dosage}.maxDosePerPeriod`,
    'rat-1',
  ],
  ['a Task changed before it was written', task, 'lastModified', '2024-10-01T09:00:00+02:00', 'Task', 'inv-1'],
  ['a total on a transaction', bundle, 'total', 2, 'Bundle.total', 'bdl-1'],
  ['a transaction entry without request', bundle, 'entry[1].request', undefined, 'Bundle.entry[1]', 'bdl-3'],
  ['a response in a transaction', bundle, 'entry[0].response', { status: '200' }, 'Bundle.entry[0].response', 'bdl-4'],
  [
    'a versioned fullUrl',
    bundle,
    'entry[0].fullUrl',
    'http://x.example/Patient/1/_history/2',
    'Bundle.entry[0].fullUrl',
    'bdl-8',
  ],
  [
    'an entry of nothing',
    bundle,
    'entry[2]',
    { fullUrl: 'urn:uuid:6f1f7a80-0000-4000-8000-00000000000c' },
    'Bundle.entry[2]',
    'bdl-5',
  ],
  ['a message without header', bundle, 'type', 'message', 'Bundle', 'bdl-12'],
  [
    'a broken rule within an entry',
    bundle,
    'entry[1].resource.valueQuantity.system',
    undefined,
    'Bundle.entry[1].resource.valueQuantity',
    'qty-3',
  ],
];

// What a profile adds.
const PROFILE_FAULTS: readonly [string, () => Plain, string, unknown, string, string][] = [
  ['a required element that is missing', ownPatient, 'name', undefined, 'Patient.name', 'cardinality'],
  [
    'one too many',
    ownPatient,
    'name',
    [{ family: 'a' }, { family: 'b' }, { family: 'c' }],
    'Patient.name[2]',
    'cardinality',
  ],
  ['an element the profile forbids', ownPatient, 'photo', [{ title: 'x' }], 'Patient.photo[0]', 'cardinality'],
  [
    'a missing child of a backbone element',
    ownPatient,
    'contact[0].relationship',
    undefined,
    'Patient.contact[0].relationship',
    'cardinality',
  ],
  ['a missing slice', ownPatient, 'identifier[0].system', 'urn:other', 'Patient.identifier', 'slice-cardinality'],
  [
    'a slice twice',
    ownPatient,
    'identifier[1].system',
    'http://fhir.nl/fhir/NamingSystem/bsn',
    'Patient.identifier[1]',
    'slice-cardinality',
  ],
  [
    'a required child missing in a slice',
    ownPatient,
    'identifier[0].value',
    undefined,
    'Patient.identifier[0].value',
    'cardinality',
  ],
  [
    'a value in a slice longer than may be',
    ownPatient,
    'identifier[0].value',
    '9999000060',
    'Patient.identifier[0].value',
    'max-length',
  ],
  [
    'an item of no slice where slicing is closed',
    ownPatient,
    'telecom[0].system',
    'email',
    'Patient.telecom[0]',
    'slicing',
  ],
  [
    'a missing extension',
    ownPatient,
    'extension[0]',
    { url: 'urn:x', valueCode: 'x' },
    'Patient.extension',
    'slice-cardinality',
  ],
  [
    'an extension value of the wrong type',
    ownPatient,
    'extension[0]',
    { url: profileUrl('colour'), valueString: 'red' },
    'Patient.extension[0].valueString',
    'type',
  ],
  [
    'an extension without the value it must have',
    ownPatient,
    'extension[0]',
    { url: profileUrl('colour'), extension: [{ url: 'x', valueCode: 'y' }] },
    'Patient.extension[0].value',
    'cardinality',
  ],
  [
    'an extension code of no value set',
    ownPatient,
    'extension[0].valueCodeableConcept',
    coded('blue'),
    'Patient.extension[0].valueCodeableConcept',
    'binding',
  ],
  [
    'a missing part of a complex extension',
    ownPatient,
    'extension[1].extension',
    [{ url: 'to', valueDate: '2024' }],
    'Patient.extension[1].extension',
    'slice-cardinality',
  ],
  [
    'a part of a complex extension of the wrong type',
    ownPatient,
    'extension[1].extension',
    [{ url: 'from', valueString: '2024' }],
    'Patient.extension[1].extension[0].valueString',
    'type',
  ],
  [
    'a value on a complex extension',
    ownPatient,
    'extension[1].valueString',
    'x',
    'Patient.extension[1].valueString',
    'cardinality',
  ],
  [
    'an extension anywhere that its definition does not allow',
    ownPatient,
    'name[0].extension',
    [{ url: profileUrl('colour'), valueCode: 'red' }],
    'Patient.name[0].extension[0].valueCode',
    'type',
  ],
  ['a type profile not met', ownPatient, 'name[0].family', undefined, 'Patient.name[0].family', 'cardinality'],
  [
    'too many within a type profile',
    ownPatient,
    'name[0].given',
    ['Jan', 'Piet'],
    'Patient.name[0].given[1]',
    'cardinality',
  ],
  ['a pattern not met by a boolean', ownPatient, 'active', false, 'Patient.active', 'pattern'],
  ['a rule on the resource', ownPatient, 'gender', undefined, 'Patient', 'own-1'],
  ['a rule on a primitive', ownPatient, 'birthDate', '1899-01-01', 'Patient.birthDate', 'own-2'],
  [
    'a reference to a type the profile does not allow',
    ownPatient,
    'generalPractitioner[0].reference',
    'Organization/1',
    'Patient.generalPractitioner[0].reference',
    'reference-target',
  ],
  [
    'a contained target that does not meet its profile',
    innerPractice,
    'contained',
    [{ resourceType: 'PractitionerRole', id: 'gp' }],
    'Patient.generalPractitioner[0].reference',
    'target-profile',
  ],
  [
    'a profile of another type',
    ownPatient,
    'meta.profile[0]',
    profileUrl('result'),
    'Patient.meta.profile[0]',
    'profile-type',
  ],
  [
    'a slice by pattern that is missing',
    ownResult,
    'category[0].coding[0].code',
    'vital-signs',
    'Observation.category',
    'slice-cardinality',
  ],
  [
    'an item of no slice before those of slices',
    ownResult,
    'category',
    [
      { text: 'x' },
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
    ],
    'Observation.category[0]',
    'slicing',
  ],
  [
    'a choice of a type the profile leaves out',
    ownResult,
    'effectivePeriod',
    { start: '2024' },
    'Observation.effectivePeriod',
    'type',
  ],
  ['a choice of a type in no slice', ownResult, 'valueBoolean', true, 'Observation.valueBoolean', 'slicing'],
  [
    'a missing child of a choice slice',
    ownResult,
    'valueQuantity.unit',
    undefined,
    'Observation.valueQuantity.unit',
    'cardinality',
  ],
  ['a value below the lowest', ownResult, 'valueQuantity.value', -1, 'Observation.valueQuantity', 'range'],
  ['a value above the highest', ownResult, 'valueQuantity.value', 10.5, 'Observation.valueQuantity', 'range'],
  [
    'a fixed value that is another',
    ownResult,
    'bodySite',
    { text: 'arm', coding: [coded('red').coding[0]] },
    'Observation.bodySite',
    'fixed',
  ],
  [
    'a missing value in a slice by code',
    ownResult,
    'component[0].valueString',
    undefined,
    'Observation.component[0].value',
    'cardinality',
  ],
  [
    'a missing child below content defined elsewhere',
    ownResult,
    'component[0].referenceRange[0]',
    { text: 'x' },
    'Observation.component[0].referenceRange[0].low',
    'cardinality',
  ],
  [
    'slices in the wrong order',
    ownResult,
    'component',
    [{ code: { text: 'second' } }, { code: { text: 'first' }, valueString: 'x' }],
    'Observation.component[1]',
    'slicing',
  ],
  [
    'two of a slice told by what exists',
    ownResult,
    'note',
    [
      { time: '2024', text: 'x' },
      { time: '2023', text: 'y' },
    ],
    'Observation.note[1]',
    'slice-cardinality',
  ],
  [
    'a missing child in a slice told by what is absent',
    ownResult,
    'note[1].authorString',
    undefined,
    'Observation.note[1].author',
    'cardinality',
  ],
  [
    'a code the value set excludes',
    ownResult,
    'interpretation[0]',
    coded('blue'),
    'Observation.interpretation[0]',
    'binding',
  ],
  [
    'a code its complete code system does not have',
    ownResult,
    'interpretation[0]',
    coded('green'),
    'Observation.interpretation[0]',
    'binding',
  ],
  [
    'a code of another code system',
    ownResult,
    'interpretation[0]',
    { coding: [{ system: 'urn:x', code: 'red' }] },
    'Observation.interpretation[0]',
    'binding',
  ],
  [
    'words where a code is required',
    ownResult,
    'interpretation[0]',
    { text: 'rood' },
    'Observation.interpretation[0]',
    'binding',
  ],
  ['a code not in an included value set', ownResult, 'method', coded('blue'), 'Observation.method', 'binding'],
  [
    'one more of a slice within a slice',
    ownResult,
    'identifier[1]',
    { type: { coding: [{ code: 'PLAC' }] }, system: 'urn:own', value: '2' },
    'Observation.identifier[1]',
    'slice-cardinality',
  ],
  [
    'a missing child of a slice within a slice',
    ownResult,
    'identifier[0].value',
    undefined,
    'Observation.identifier[0].value',
    'cardinality',
  ],
  [
    'a missing child in a slice told by the target profile',
    team,
    'entry[0].resource.participant[0].role',
    undefined,
    'Bundle.entry[0].resource.participant[0].role',
    'cardinality',
  ],
  [
    'a target that no longer meets the profile of its slice',
    team,
    'entry[1].resource.organization',
    undefined,
    'Bundle.entry[0].resource.participant',
    'slice-cardinality',
  ],
  [
    'two of a slice told by the target profile',
    team,
    'entry[0].resource.participant[1]',
    { member: { reference: ROLE }, role: [{ text: 'x' }] },
    'Bundle.entry[0].resource.participant[1]',
    'slice-cardinality',
  ],
  [
    'a missing child of an entry slice told by type',
    collection,
    'entry[0].link',
    undefined,
    'Bundle.entry[0].link',
    'cardinality',
  ],
  [
    'an entry slice that is missing',
    collection,
    'entry[0].resource',
    observation(),
    'Bundle.entry',
    'slice-cardinality',
  ],
  [
    'a profile broken by an entry',
    collection,
    'entry[0].resource.name[0].family',
    undefined,
    'Bundle.entry[0].resource.name[0].family',
    'cardinality',
  ],
];

const errorsOf = (resource: unknown) => validator.validate(resource).filter(({ severity }) => severity === 'error');

describe('the validator', () => {
  test.each([patient, observation, condition, medicationRequest, task, bundle].map((make) => [make]))(
    'finds no error in a valid base resource',
    (make) => {
      expect(errorsOf(make())).toEqual([]);
    },
  );

  test.each([ownPatient, ownResult, team, collection].map((make) => [make]))(
    'finds no error in a resource that meets its profile',
    (make) => {
      expect(errorsOf(make())).toEqual([]);
    },
  );

  test.each(BASE_FAULTS)('finds, in base R4, %s', (_what, make, place, value, expression, rule) => {
    expect(errorsOf(plant(make(), place, value))).toContainEqual(expect.objectContaining({ expression, rule }));
  });

  test.each(PROFILE_FAULTS)('finds, by a profile, %s', (_what, make, place, value, expression, rule) => {
    expect(errorsOf(plant(make(), place, value))).toContainEqual(expect.objectContaining({ expression, rule }));
  });

  test('warns of a profile it cannot resolve, and of a broken rule that is a warning', () => {
    const issues = validator.validate(
      plant(plant(ownPatient(), 'meta.profile[1]', 'urn:nowhere'), 'birthDate', undefined),
    );
    expect(issues).toEqual([
      expect.objectContaining({ severity: 'warning', rule: 'own-w', expression: 'Patient' }),
      expect.objectContaining({ severity: 'warning', code: 'not-found', expression: 'Patient.meta.profile[1]' }),
    ]);
  });

  test('warns of a code outside an extensible binding, of the profile and of base R4', () => {
    expect(validator.validate(plant(ownResult(), 'code', coded('blue')))).toContainEqual(
      expect.objectContaining({ severity: 'warning', rule: 'binding-extensible', expression: 'Observation.code' }),
    );
    const reason = { coding: [{ system: 'urn:x', code: 'x' }] };
    const absent = plant(plant(observation(), 'valueQuantity', undefined), 'dataAbsentReason', reason);
    expect(validator.validate(absent)).toEqual([
      expect.objectContaining({ severity: 'warning', expression: 'Observation.dataAbsentReason' }),
    ]);
  });

  test('checks the profiles asked for, and what they derive from', () => {
    const profiles = [profileUrl('stricter')];
    const resource = plant(plant(ownPatient(), 'meta', undefined), 'name', undefined);
    const found = validator.validate(resource, { profiles }).map(({ expression }) => expression);
    expect(found).toEqual(expect.arrayContaining(['Patient.identifier[0].use', 'Patient.name']));
    expect(validator.validate(resource)).toEqual([]);
  });

  test('warns when the base of a profile is not among the packages, and checks what the profile itself says', () => {
    const lone = new Map(ownPackage.resources);
    lone.delete(profileUrl('patient'));
    const alone = createValidator([{ ...ownPackage, resources: lone }]);
    const issues = alone.validate({ resourceType: 'Patient' }, { profiles: [profileUrl('stricter')] });
    expect(issues).toEqual([
      expect.objectContaining({ severity: 'warning', code: 'not-found' }),
      expect.objectContaining({ severity: 'error', expression: 'Patient.gender' }),
    ]);
  });

  test('knows the profiles R4 publishes itself', () => {
    const url = 'http://hl7.org/fhir/StructureDefinition/resprate';
    const found = validator.validate(observation(), { profiles: [url] }).map(({ expression }) => expression);
    expect(found).toEqual(expect.arrayContaining(['Observation.category', 'Observation.code.coding']));
  });

  test('does not count as missing what only an absent target could tell', () => {
    const resource = plant(team(), 'entry[1]', undefined);
    const issues = validator.validate({ ...resource, entry: [(resource['entry'] as unknown[])[0]] });
    expect(issues.map(({ rule }) => rule)).toEqual(['unresolvable-reference', 'slice-cardinality']);
  });

  test('answers any JSON value, and any JSON value in any place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => Array.isArray(validator.validate(value))),
      { numRuns: 500 },
    );
    const makers = [ownPatient, ownResult, team, collection, bundle, medicationRequest];
    const spots = makers.flatMap((make) => pathsOf(make()).map((place) => ({ make, place })));
    fc.assert(
      fc.property(fc.constantFrom(...spots), fc.jsonValue(), ({ make, place }, value) => {
        expect(Array.isArray(validator.validate(plant(make(), place, value)))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
