/** What the tests of every mapping from FHIR ask of its samples. */
import { join } from 'node:path';
import type { Bundle } from 'fhir/r4.js';
import type { FhirSource } from '../../mappings/fhir-source.ts';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { ANY_SOURCE, type Mapping, type MappingResult } from '../../mappings/mapping.ts';
import { leavesOf } from './transfer-facts.ts';
import { expectGolden, prove, read, samplesOf, type Proof } from './transfer-samples.ts';

export const folderOf = (mapping: string): string => join(__dirname, '../../mappings', mapping, 'samples');
const takes = (name: string): boolean => !name.startsWith('refused-');
/** The samples that become a Bundle. */
export const takenSamples = (mapping: string): string[] => samplesOf(folderOf(mapping)).filter(takes);

export const mapSample = (mapping: Mapping<FhirSource>, name: string): MappingResult =>
  mapping.map(
    { bundle: read(join(folderOf(mapping.id), name, 'input.json')) as Bundle, controlId: 'C1' },
    { source: ANY_SOURCE, region: null },
  );

export const proveSample = (mapping: Mapping<FhirSource>, name: string): Proof => prove(mapSample(mapping, name));

/** The output of a sample; throws when it is refused. */
export function outputOf(mapping: Mapping<FhirSource>, name: string): Bundle {
  const mapped = mapSample(mapping, name);
  if (!mapped.ok) throw new Error(mapped.issues.map(({ expression, text }) => `${expression}: ${text}`).join('; '));
  return toBundle(mapped);
}

export function describeSamples(mapping: Mapping<FhirSource>): void {
  describe(`every sample of ${mapping.id}`, () => {
    test.each(samplesOf(folderOf(mapping.id)))('%s becomes what its golden file says', (name) => {
      const proof = proveSample(mapping, name);
      expectGolden(join(folderOf(mapping.id), name), proof);
      expect(proof.result.resourceType).toBe(takes(name) ? 'Bundle' : 'OperationOutcome');
    });

    test.each(takenSamples(mapping.id))('%s: every leaf names its source', (name) => {
      const mapped = mapSample(mapping, name);
      if (!mapped.ok) throw new Error('refused');
      const told = explainBundle(mapped).map(({ path }) => path);
      expect(told.sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
    });
  });
}
