/** The transfers we write meet the profiles they claim: nl-core and MP9 as published by Nictiz, and our own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from 'fhir/r4.js';
import { toBundle } from '../../mappings/bundle.ts';
import { uuidV5 } from '../../mappings/identity.ts';
import type { MappingResult } from '../../mappings/mapping.ts';
import { transferFhir } from '../../mappings/transfer-fhir/mapping.ts';
import { transferJson } from '../../mappings/transfer-json/mapping.ts';
import { adviseNotice } from '../../mappings/transfer-notice/notice.ts';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { AMSTERDAM } from './transfer-facts.ts';
import { read, samplesOf } from './transfer-samples.ts';

const PACKAGES = join(__dirname, '../../../shared/data/packages');
const MAPPINGS = join(__dirname, '../../mappings');
const context = { ...AMSTERDAM, taskId: 'hosted-1' };
const mapOne: Record<string, (input: unknown) => MappingResult> = {
  'transfer-json': (input) => transferJson.map(input, context),
  'transfer-fhir': (input) => transferFhir.map({ bundle: input as Bundle, controlId: 'B-1' }, context),
};
const samples = Object.keys(mapOne).flatMap((mapping) =>
  samplesOf(join(MAPPINGS, mapping, 'samples'))
    .filter((name) => !name.startsWith('refused-'))
    .map((name) => [mapping, name] as const),
);

(existsSync(PACKAGES) ? describe : describe.skip)('against the published packages', () => {
  let validator: Validator;
  beforeAll(async () => {
    const names = ['nictiz.fhir.nl.r4.nl-core', 'nictiz.fhir.nl.r4.medicationprocess9'];
    const packages = await Promise.all(names.map((name) => loadPackage(join(PACKAGES, name))));
    validator = createValidator([wkPackage, ...packages]);
  });
  const errorsOf = (bundle: Bundle): string[] =>
    validator
      .validate(bundle)
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
      .map(({ expression, text }) => `${expression}: ${text}`);

  test.each(samples)('%s %s: the handoff and the notice have no errors', (mapping, name) => {
    const mapped = mapOne[mapping]?.(read(join(MAPPINGS, mapping, 'samples', name, 'input.json')));
    if (mapped?.ok !== true) throw new Error('refused');
    const bundle = toBundle(mapped);
    expect(errorsOf(bundle)).toEqual([]);
    expect(errorsOf(adviseNotice(bundle, { taskId: 'hosted-1', keyed: uuidV5 }))).toEqual([]);
  });
});
