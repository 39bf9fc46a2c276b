import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { rememberWritten } from '../../profiles/json/decimal.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { bundle, condition, medicationRequest, observation, pathsOf, patient, plant, task } from './valid.ts';
import type { Plain } from './valid.ts';

const ROOT = resolve(__dirname, '../..');
const HALF_A_CHARACTER = '\ud800';
const BIG = 'Bundle.entry[1].resource';

const unversioned = () => plant(bundle(), 'entry[0].resource.meta.versionId', undefined);

// What is planted, where, and what must be said where. One row is one fault.
const FAULTS: readonly [string, () => Plain, string, unknown, string, string][] = [
  ['a resource type of no FHIR', patient, 'resourceType', 'Patients', 'Patients.resourceType', 'resource-type'],
  [
    'an abstract resource type',
    patient,
    'resourceType',
    'DomainResource',
    'DomainResource.resourceType',
    'resource-type',
  ],
  ['an unknown element', patient, 'surname', 'x', 'Patient.surname', 'unknown-element'],
  [
    'an element of R5',
    patient,
    'contact[0].additionalName',
    [],
    'Patient.contact[0].additionalName',
    'unknown-element',
  ],
  ['an unknown element in a data type', patient, 'name[0].first', 'x', 'Patient.name[0].first', 'unknown-element'],
  ['extensions of an element that has none', patient, '_name', [{ id: 'x' }], 'Patient._name', 'unknown-element'],
  ['a text where a boolean stands', patient, 'active', 'true', 'Patient.active', 'type'],
  ['a number where a text stands', patient, 'name[0].family', 7, 'Patient.name[0].family', 'type'],
  [
    'a text where a decimal stands',
    observation,
    'valueQuantity.value',
    '4.1',
    'Observation.valueQuantity.value',
    'type',
  ],
  ['a text where an object stands', observation, 'code', 'kalium', 'Observation.code', 'type'],
  ['an object where a text stands', patient, 'birthDate', {}, 'Patient.birthDate', 'type'],
  ['null where a value stands', patient, 'gender', null, 'Patient.gender', 'type'],
  ['an array for a single element', patient, 'gender', ['male'], 'Patient.gender', 'type'],
  ['a single value for a list', patient, 'name', { family: 'X' }, 'Patient.name', 'type'],
  ['null without a counterpart', patient, 'name[0].given', [null], 'Patient.name[0].given[0]', 'type'],
  ['an empty array', patient, 'name', [], 'Patient.name', 'empty'],
  ['an empty object', patient, 'name[0]', {}, 'Patient.name[0]', 'empty'],
  ['an empty text', patient, 'name[0].family', '', 'Patient.name[0].family', 'format'],
  ['a missing required code', observation, 'status', undefined, 'Observation.status', 'cardinality'],
  ['a missing required element', observation, 'code', undefined, 'Observation.code', 'cardinality'],
  [
    'a missing required choice',
    medicationRequest,
    'medicationReference',
    undefined,
    'MedicationRequest.medication',
    'cardinality',
  ],
  [
    'a missing child of a backbone',
    patient,
    'communication[0]',
    { preferred: true },
    'Patient.communication[0].language',
    'cardinality',
  ],
  [
    'an extension without url',
    patient,
    'extension[0]',
    { valueString: 'x' },
    'Patient.extension[0].url',
    'cardinality',
  ],
  ['a missing code deep in a Bundle', bundle, 'entry[1].resource.status', undefined, `${BIG}.status`, 'cardinality'],
  ['two of one choice', patient, 'deceasedDateTime', '2024', 'Patient.deceasedDateTime', 'choice'],
  ['two values of an extension', patient, 'extension[0].valueCode', 'x', 'Patient.extension[0].valueCode', 'choice'],
  [
    'a choice of a type it may not have',
    observation,
    'valueAddress',
    { city: 'x' },
    'Observation.valueAddress',
    'unknown-element',
  ],
  ['an impossible date', patient, 'birthDate', '2023-02-29', 'Patient.birthDate', 'format'],
  ['a thirty-first of June', patient, 'birthDate', '1940-06-31', 'Patient.birthDate', 'format'],
  ['a date the Dutch way', patient, 'birthDate', '29-02-1940', 'Patient.birthDate', 'format'],
  ['a date with a time', patient, 'birthDate', '1940-02-29T00:00:00Z', 'Patient.birthDate', 'format'],
  [
    'a dateTime without zone',
    observation,
    'effectiveDateTime',
    '2024-10-01T09:30:00',
    'Observation.effectiveDateTime',
    'format',
  ],
  [
    'a dateTime without seconds',
    observation,
    'effectiveDateTime',
    '2024-10-01T09:30+02:00',
    'Observation.effectiveDateTime',
    'format',
  ],
  ['an hour 25', observation, 'effectiveDateTime', '2024-10-01T25:30:00Z', 'Observation.effectiveDateTime', 'format'],
  [
    'an impossible zone',
    observation,
    'effectiveDateTime',
    '2024-10-01T09:30:00+15:00',
    'Observation.effectiveDateTime',
    'format',
  ],
  ['an instant that is a date', observation, 'issued', '2024-10-01', 'Observation.issued', 'format'],
  [
    'a time without seconds',
    medicationRequest,
    'dosageInstruction[0].timing.repeat.timeOfDay[1]',
    '20:00',
    'MedicationRequest.dosageInstruction[0].timing.repeat.timeOfDay[1]',
    'format',
  ],
  ['an id with a space', patient, 'id', 'p 1', 'Patient.id', 'format'],
  ['an id too long', patient, 'id', 'x'.repeat(65), 'Patient.id', 'format'],
  [
    'a uri with a space',
    patient,
    'identifier[1].system',
    'http://example.org/m r n',
    'Patient.identifier[1].system',
    'format',
  ],
  ['a code with a space before it', patient, 'gender', ' female', 'Patient.gender', 'format'],
  ['a rank of zero', patient, 'telecom[0].rank', 0, 'Patient.telecom[0].rank', 'format'],
  ['a rank with a fraction', patient, 'telecom[0].rank', 1.5, 'Patient.telecom[0].rank', 'format'],
  [
    'a number beyond 32 bits',
    medicationRequest,
    'dosageInstruction[0].timing.repeat.frequency',
    2147483648,
    'MedicationRequest.dosageInstruction[0].timing.repeat.frequency',
    'format',
  ],
  ['base64 with a strange character', patient, 'photo[0].data', 'iVBO*w0KGgo=', 'Patient.photo[0].data', 'format'],
  ['base64 cut short', patient, 'photo[0].data', 'iVBORw0KGgo', 'Patient.photo[0].data', 'format'],
  ['a control character', patient, 'name[0].family', 'a\u0007b', 'Patient.name[0].family', 'format'],
  ['half a character', patient, 'name[0].family', HALF_A_CHARACTER, 'Patient.name[0].family', 'format'],
  ['a narrative that is no div', patient, 'text.div', 'Voorbeeld', 'Patient.text.div', 'format'],
  ['a gender of no value set', patient, 'gender', 'vrouw', 'Patient.gender', 'binding'],
  ['a status of another resource', observation, 'status', 'active', 'Observation.status', 'binding'],
  [
    'a required CodeableConcept of another system',
    condition,
    'clinicalStatus.coding[0].system',
    'http://example.org',
    'Condition.clinicalStatus.coding',
    'binding',
  ],
  [
    'a required CodeableConcept with words only',
    condition,
    'clinicalStatus',
    { text: 'actief' },
    'Condition.clinicalStatus',
    'binding',
  ],
  ['a method no HTTP has', bundle, 'entry[0].request.method', 'SEND', 'Bundle.entry[0].request.method', 'binding'],
  [
    'a value of an extension on a primitive',
    patient,
    '_birthDate.extension[0].valueCode',
    5,
    'Patient.birthDate.extension[0].valueCode',
    'type',
  ],
  [
    'an extension of the wrong kind',
    patient,
    'extension[0].valueString',
    4,
    'Patient.extension[0].valueString',
    'type',
  ],
  [
    'a reference to nothing known',
    observation,
    'subject.reference',
    'Patients/1',
    'Observation.subject.reference',
    'reference',
  ],
  [
    'a reference that is a name',
    observation,
    'subject.reference',
    'mevrouw',
    'Observation.subject.reference',
    'reference',
  ],
  [
    'a reference to a type not allowed',
    observation,
    'subject.reference',
    'Practitioner/1',
    'Observation.subject.reference',
    'reference-target',
  ],
  [
    'an absolute reference to a type not allowed',
    observation,
    'subject.reference',
    'https://x.example/fhir/Practitioner/1',
    'Observation.subject.reference',
    'reference-target',
  ],
  [
    'a contained resource that is not there',
    medicationRequest,
    'medicationReference.reference',
    '#other',
    'MedicationRequest.medicationReference.reference',
    'ref-1',
  ],
  [
    'a fault in a contained resource',
    medicationRequest,
    'contained[0].status',
    'x',
    'MedicationRequest.contained[0].status',
    'binding',
  ],
  [
    'a fault in an entry',
    bundle,
    'entry[0].resource.birthDate',
    '1940-13-01',
    'Bundle.entry[0].resource.birthDate',
    'format',
  ],
  ['an entry that is no resource', bundle, 'entry[1].resource', 'x', 'Bundle.entry[1].resource', 'type'],
  [
    'an entry without resourceType',
    bundle,
    'entry[1].resource.resourceType',
    undefined,
    `${BIG}.resourceType`,
    'resource-type',
  ],
  [
    'an inner reference that leads nowhere',
    bundle,
    'entry[1].resource.subject.reference',
    'urn:uuid:6f1f7a80-0000-4000-8000-00000000000f',
    `${BIG}.subject.reference`,
    'unresolvable-reference',
  ],
  [
    'an inner reference to the wrong type',
    bundle,
    'entry[1].resource.encounter',
    { reference: 'urn:uuid:6f1f7a80-0000-4000-8000-000000000001' },
    `${BIG}.encounter.reference`,
    'reference-target',
  ],
  [
    'a fullUrl twice',
    unversioned,
    'entry[1].fullUrl',
    'urn:uuid:6f1f7a80-0000-4000-8000-000000000001',
    'Bundle.entry[1].fullUrl',
    'bdl-7',
  ],
  ['a relative fullUrl', bundle, 'entry[0].fullUrl', 'Patient/p1', 'Bundle.entry[0].fullUrl', 'full-url'],
  ['a missing type of a Task input', task, 'input[0].type', undefined, 'Task.input[0].type', 'cardinality'],
];

describe('base structure', () => {
  test.each([patient, observation, condition, medicationRequest, task, bundle].map((make) => [make]))(
    'finds nothing in a valid resource',
    (make) => {
      expect(checkStructure(make())).toEqual([]);
    },
  );

  test.each(FAULTS)('finds %s', (_what, make, place, value, expression, rule) => {
    const issues = checkStructure(plant(make(), place, value));
    expect(issues).toContainEqual(expect.objectContaining({ severity: 'error', expression, rule }));
  });

  test('says one thing about one fault', () => {
    const issues = checkStructure(plant(patient(), 'birthDate', '2023-02-29'));
    expect(issues).toHaveLength(1);
  });

  test('lets one fullUrl stand for two versions in a history, and two versions anywhere', () => {
    const url = 'urn:uuid:6f1f7a80-0000-4000-8000-000000000001';
    const history = plant(plant(bundle(), 'type', 'history'), 'entry[1].fullUrl', url);
    expect(checkStructure(history).filter(({ rule }) => rule === 'bdl-7')).toEqual([]);
    const versions = plant(bundle(), 'entry[1]', { fullUrl: url, resource: plant(patient(), 'meta.versionId', '2') });
    expect(checkStructure(versions).filter(({ rule }) => rule === 'bdl-7')).toEqual([]);
  });

  test('asks a whole number to be written as one', () => {
    const resource = patient();
    rememberWritten((resource['telecom'] as object[])[0] ?? {}, 'rank', '1.0');
    expect(checkStructure(resource)).toContainEqual(expect.objectContaining({ expression: 'Patient.telecom[0].rank' }));
  });

  test('accepts a no-break space, which the published expression of a string does not', () => {
    expect(checkStructure(plant(patient(), 'name[0].family', 'de\u00a0Vries'))).toEqual([]);
  });

  test('never repeats a key it does not know as a path, nor a value', () => {
    const issues = checkStructure({ resourceType: 'Patient', 'BSN 999900006': 1, gender: 'secret-value' });
    expect(JSON.stringify(issues)).not.toMatch(/999900006|secret-value/);
  });

  test('turns back where a resource is nested too deeply, with one issue', () => {
    let extension: unknown = { url: 'urn:x', valueString: 'x' };
    for (let depth = 0; depth < 100_000; depth++) extension = { url: 'urn:x', extension: [extension] };
    expect(checkStructure({ resourceType: 'Patient', extension: [extension] })).toMatchObject([{ rule: 'too-deep' }]);
  });

  test('lists no more than 500 of countless faults', () => {
    const name = Array.from({ length: 2000 }, () => ({ family: 1 }));
    const issues = checkStructure({ resourceType: 'Patient', name });
    expect(issues).toHaveLength(500);
    expect(issues.at(-1)).toMatchObject({ rule: 'too-many' });
  });

  test('reads ten megabytes of base64 in one pass, with line breaks and with a fault at the end', () => {
    const lines = `${'QUJD'.repeat(19)}\n`.repeat(130_000);
    const started = performance.now();
    expect(checkStructure({ resourceType: 'Binary', contentType: 'application/pdf', data: lines })).toEqual([]);
    expect(checkStructure({ resourceType: 'Binary', contentType: 'application/pdf', data: `${lines}*` })).toHaveLength(
      1,
    );
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('answers any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => Array.isArray(checkStructure(value))),
      { numRuns: 2000 },
    );
  });

  test('answers any JSON value in any place of a valid Bundle', () => {
    const places = pathsOf(bundle());
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
        expect(Array.isArray(checkStructure(plant(bundle(), place, value)))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('costs less than three times reading and writing the same Bundle, as built', () => {
    const script = `
      import { checkStructure } from '${pathToFileURL(join(ROOT, 'dist/profiles/structure.js')).href}';
      const entry = Array.from({ length: 300 }, () => ({ resource: ${JSON.stringify(observation())} }));
      const text = JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry });
      const fastest = (work) => Math.min(...Array.from({ length: 40 }, () => {
        const started = performance.now();
        work();
        return performance.now() - started;
      }));
      const floor = fastest(() => JSON.stringify(JSON.parse(text)));
      const parsed = JSON.parse(text);
      console.log(fastest(() => checkStructure(parsed)) / floor);`;
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(Number(answer)).toBeLessThan(3);
  });
});
