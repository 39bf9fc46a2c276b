/** What travels to the other side meets the profiles it claims: nl-core and MP9 as published by Nictiz, and our own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { adminFhir } from '../../mappings/admin-fhir/mapping.ts';
import { coTreatmentFhir } from '../../mappings/co-treatment-fhir/mapping.ts';
import { dischargeFhir } from '../../mappings/discharge-fhir/mapping.ts';
import { observationFhir } from '../../mappings/observation-fhir/mapping.ts';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { outputOf, takenSamples } from './fhir-samples.ts';

const PACKAGES = join(__dirname, '../../../shared/data/packages');
const samples = [adminFhir, coTreatmentFhir, dischargeFhir, observationFhir].flatMap((mapping) =>
  takenSamples(mapping.id).map((name) => [mapping.id, name, mapping] as const),
);

(existsSync(PACKAGES) ? describe : describe.skip)('against the published packages', () => {
  let validator: Validator;
  beforeAll(async () => {
    const names = ['nictiz.fhir.nl.r4.nl-core', 'nictiz.fhir.nl.r4.medicationprocess9'];
    const packages = await Promise.all(names.map((name) => loadPackage(join(PACKAGES, name))));
    validator = createValidator([wkPackage, ...packages]);
  });

  test.each(samples)('%s %s has no errors', (_id, name, mapping) => {
    const errors = validator
      .validate(outputOf(mapping, name))
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
      .map(({ expression, text }) => `${expression}: ${text}`);
    expect(errors).toEqual([]);
  });
});
