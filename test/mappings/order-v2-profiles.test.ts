/** The orders we write meet the profiles they claim: nl-core and MP9 by Nictiz, and our own. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from 'fhir/r4.js';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { read } from './transfer-samples.ts';

const PACKAGES = join(__dirname, '../../../shared/data/packages');
const SAMPLES = join(__dirname, '../../mappings/order-v2/samples');
const samples = readdirSync(SAMPLES).filter((name) => !name.startsWith('refused-'));

(existsSync(PACKAGES) ? describe : describe.skip)('against the published packages', () => {
  let validator: Validator;
  beforeAll(async () => {
    const names = ['nictiz.fhir.nl.r4.nl-core', 'nictiz.fhir.nl.r4.medicationprocess9'];
    const packages = await Promise.all(names.map((name) => loadPackage(join(PACKAGES, name))));
    validator = createValidator([wkPackage, ...packages]);
  });

  test.each(samples)('%s: no errors', (name) => {
    const bundle = read(join(SAMPLES, name, 'expected.json')) as Bundle;
    const errors = validator
      .validate(bundle)
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
      .map(({ expression, text }) => `${expression}: ${text}`);
    expect(errors).toEqual([]);
  });
});
