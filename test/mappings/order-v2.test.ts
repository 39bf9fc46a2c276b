import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { orderV2 } from '../../mappings/order-v2/mapping.ts';
import { ANY_SOURCE, type MappingResult } from '../../mappings/mapping.ts';
import { leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, samplesOf } from './transfer-samples.ts';

const SAMPLES = join(__dirname, '../../mappings/order-v2/samples');

const mapSample = (name: string): MappingResult => {
  const parsed = parseMessage(readFileSync(join(SAMPLES, name, 'input.hl7')), ANY_SOURCE.charset);
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return orderV2.map(parsed.message, { source: ANY_SOURCE, region: null });
};

describe('every sample of an order message', () => {
  test.each(samplesOf(SAMPLES))('%s becomes what its golden file says', (name) => {
    const proof = prove(mapSample(name));
    expectGolden(join(SAMPLES, name), proof);
    expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
  });

  test.each(samplesOf(SAMPLES).filter((name) => !name.startsWith('refused-')))(
    '%s: every leaf names its source, and what is not carried is transport, counting or encoding',
    (name) => {
      const mapped = mapSample(name);
      if (!mapped.ok) throw new Error('refused');
      const told = explainBundle(mapped).map(({ path }) => path);
      expect(told.sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
      const reasons = new Set(mapped.unused().map(({ reason }) => reason));
      for (const reason of reasons)
        expect(reason).toMatch(/^(message transport|counts segments|tells how other fields)/);
    },
  );
});
