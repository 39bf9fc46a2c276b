/** The laboratory results we write meet the profiles they claim: nl-core and lab exchange by Nictiz, and our own. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from 'fhir/r4.js';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { read } from './transfer-samples.ts';

const PACKAGES = join(__dirname, '../../../shared/data/packages');
const MAPPINGS = join(__dirname, '../../mappings');
const samples = ['lab-oru', 'lab-fhir'].flatMap((mapping) =>
  readdirSync(join(MAPPINGS, mapping, 'samples'))
    .filter((name) => !name.startsWith('refused-'))
    .map((name) => [mapping, name] as const),
);

(existsSync(PACKAGES) ? describe : describe.skip)('against the published packages', () => {
  let validator: Validator;
  beforeAll(async () => {
    const names = ['nictiz.fhir.nl.r4.nl-core', 'nictiz.fhir.nl.r4.labexchange'];
    const packages = await Promise.all(names.map((name) => loadPackage(join(PACKAGES, name))));
    validator = createValidator([wkPackage, ...packages]);
  });

  test.each(samples)('%s %s: no errors', (mapping, name) => {
    const bundle = read(join(MAPPINGS, mapping, 'samples', name, 'expected.json')) as Bundle;
    const errors = validator
      .validate(bundle)
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
      .map(({ expression, text }) => `${expression}: ${text}`);
    expect(errors).toEqual([]);
  });
});
