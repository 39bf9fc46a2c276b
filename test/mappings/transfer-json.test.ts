import { join } from 'node:path';
import { toBundle, explainBundle } from '../../mappings/bundle.ts';
import { ANY_SOURCE } from '../../mappings/mapping.ts';
import { transferJson } from '../../mappings/transfer-json/mapping.ts';
import { leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, read, samplesOf } from './transfer-samples.ts';

const SAMPLES = join(__dirname, '../../mappings/transfer-json/samples');
const context = { source: ANY_SOURCE, region: null };
const sample = (name: string): unknown => read(join(SAMPLES, name, 'input.json'));

describe('every sample of a transfer in plain JSON', () => {
  test.each(samplesOf(SAMPLES))('%s becomes what its golden file says', (name) => {
    const proof = prove(transferJson.map(sample(name), context));
    expectGolden(join(SAMPLES, name), proof);
    expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
  });

  test.each(samplesOf(SAMPLES).filter((name) => !name.startsWith('refused-')))(
    '%s: every leaf names its source, and every filled field of the source is used',
    (name) => {
      const mapped = transferJson.map(sample(name), context);
      if (!mapped.ok) throw new Error('refused');
      expect(
        explainBundle(mapped)
          .map(({ path }) => path)
          .sort(),
      ).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
      expect(mapped.unused().filter(({ reason }) => !reason.startsWith('the same '))).toEqual([]);
    },
  );
});
