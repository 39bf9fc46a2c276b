/** What every sample of every mapping must show: its golden output, and where each value of it came from. */
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { leavesOf } from './coalition.ts';
import { expectGolden } from './golden.ts';
import { ALL_SAMPLES, ALL_TAKEN, folderOf, mapSample, proveSample } from './samples.ts';

test.each(ALL_SAMPLES)('%s %s becomes what its golden file says', (mapping, name) => {
  const proof = proveSample(mapping, name);
  expectGolden(folderOf(mapping, name), proof);
  expect(proof.result.resourceType).toBe(name.startsWith('refused-') ? 'OperationOutcome' : 'Bundle');
});

test.each(ALL_TAKEN)('%s %s: every leaf of the output names its source', (mapping, name) => {
  const mapped = mapSample(mapping, name);
  if (!mapped.ok) throw new Error('refused');
  const told = explainBundle(mapped).map(({ path }) => path);
  expect(told.sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
});
