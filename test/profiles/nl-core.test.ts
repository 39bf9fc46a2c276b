import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator } from '../../profiles/validator.ts';
import type { Validator } from '../../profiles/validator.ts';
import faults from './nl-core-faults.json' with { type: 'json' };
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

interface Fault {
  readonly example: string;
  readonly place: string;
  /** What is planted there; left out, the value there is taken away. */
  readonly value?: unknown;
  /** Where it must be found, and by which rule. */
  readonly expression: string;
  readonly rule: string;
}
const FAULTS = faults as readonly Fault[];

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

  test.each(FAULTS)('in $example a fault planted at $place is found', ({ example, place, value, expression, rule }) => {
    const found = errorsOf(plant(read(`nl-core-${example}.json`), place, value));
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
