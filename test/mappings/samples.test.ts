/** What every sample of every mapping must show: its golden output, and where each value of it came from. */
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { faultsOf } from './accounted.ts';
import { leavesOf } from './coalition.ts';
import { expectGolden } from './golden.ts';
import { ALL_SAMPLES, ALL_TAKEN, folderOf, isFromV2, jsonSample, mapSample, proveSample, v2Sample } from './samples.ts';

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

const FROM_V2 = ALL_TAKEN.filter(([mapping]) => isFromV2(mapping));
test.each(FROM_V2)(
  '%s %s: every filled field of the message is named by a leaf, or listed with the reason',
  (mapping, name) => {
    const mapped = mapSample(mapping, name);
    if (!mapped.ok) throw new Error('refused');
    expect(faultsOf(v2Sample(mapping, name), mapped)).toEqual([]);
  },
);

const FROM_JSON = ALL_TAKEN.filter(([mapping]) => !isFromV2(mapping));
test.each(FROM_JSON)(
  '%s %s: every value of the source is named by a leaf, or listed with the reason',
  (mapping, name) => {
    const mapped = mapSample(mapping, name);
    if (!mapped.ok) throw new Error('refused');
    const named = new Set(explainBundle(mapped).map(({ source }) => source));
    const listed = mapped.unused();
    expect(listed.filter(({ reason }) => reason.trim() === '')).toEqual([]);
    const isListed = (path: string): boolean =>
      listed.some(({ source }) => path === source || path.startsWith(`${source}.`) || path.startsWith(`${source}[`));
    const lost = leavesOf(jsonSample(mapping, name), '$').filter((path) => !named.has(path) && !isListed(path));
    expect(lost).toEqual([]);
  },
);
