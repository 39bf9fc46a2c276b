import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE, type MappingResult } from '../../mappings/mapping.ts';
import { medicationV2 } from '../../mappings/medication-v2/mapping.ts';
import { loadPackage } from '../../profiles/load/package.ts';
import { createValidator, type Validator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';
import { leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, samplesOf } from './transfer-samples.ts';

const SAMPLES = join(__dirname, '../../mappings/medication-v2/samples');
const PACKAGES = join(__dirname, '../../../shared/data/packages');
const accepted = samplesOf(SAMPLES).filter((name) => !name.startsWith('refused-'));

const mapSample = (name: string): MappingResult => {
  const parsed = parseMessage(readFileSync(join(SAMPLES, name, 'input.hl7')), ANY_SOURCE.charset);
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return medicationV2.map(parsed.message, { source: ANY_SOURCE, region: null });
};

describe('every sample of a medication order', () => {
  test.each(samplesOf(SAMPLES))('%s becomes what its golden file says', (name) => {
    const proof = prove(mapSample(name));
    expectGolden(join(SAMPLES, name), proof);
    expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
  });

  test.each(accepted)(
    '%s: every leaf names its source, and what is not carried is transport, counting or billing',
    (name) => {
      const mapped = mapSample(name);
      if (!mapped.ok) throw new Error('refused');
      const told = explainBundle(mapped).map(({ path }) => path);
      expect(told.sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
      const reasons = new Set(mapped.unused().map(({ reason }) => reason));
      for (const reason of reasons)
        expect(reason).toMatch(/^(message transport|counts segments|tells how other|billing)/);
    },
  );
});

(existsSync(PACKAGES) ? describe : describe.skip)('against the published packages', () => {
  let validator: Validator;
  beforeAll(async () => {
    const names = ['nictiz.fhir.nl.r4.nl-core', 'nictiz.fhir.nl.r4.medicationprocess9'];
    validator = createValidator([
      wkPackage,
      ...(await Promise.all(names.map((name) => loadPackage(join(PACKAGES, name))))),
    ]);
  });

  test.each(accepted)('%s meets the profiles it claims', (name) => {
    const mapped = mapSample(name);
    if (!mapped.ok) throw new Error('refused');
    const errors = validator
      .validate(toBundle(mapped))
      .filter(({ severity, rule }) => severity === 'error' || rule === 'unresolvable-profile')
      .map(({ expression, text }) => `${expression}: ${text}`);
    expect(errors).toEqual([]);
  });
});
