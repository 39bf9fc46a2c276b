import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, FhirResource, Observation } from 'fhir/r4.js';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { labFhir } from '../../mappings/lab-fhir/mapping.ts';
import { ANY_SOURCE, type Mapped } from '../../mappings/mapping.ts';
import { ownCodes } from '../../mappings/terminology/own-codes.ts';
import { leavesOf } from './coalition.ts';

const LOCAL = 'https://example.org/lab-codes';
const MAP = 'https://example.org/ConceptMap/lab';
const SAMPLE = join(__dirname, '../../mappings/lab-fhir/samples/transaction-potassium/input.json');
const row = { code: '266', target: [{ code: '2823-3', display: 'Kalium' }] };
const codes = ownCodes(
  [{ url: MAP, group: [{ source: LOCAL, target: 'http://loinc.org', element: [row] }] }],
  (name) => name,
);

/** The sample, with the sender's own code in the place of every LOINC code of its results. */
const map = (known: boolean): Mapped => {
  const bundle = JSON.parse(readFileSync(SAMPLE, 'utf8')) as Bundle<FhirResource>;
  for (const { resource } of bundle.entry ?? []) {
    if (resource?.resourceType !== 'Observation') continue;
    resource.code = { coding: [{ system: LOCAL, code: '266', display: 'Kalium (eigen)' }], text: 'K' };
  }
  const source = known ? { ...ANY_SOURCE, ownCodes: codes } : ANY_SOURCE;
  const mapped = labFhir.map({ bundle, controlId: 'B-1' }, { source, region: null });
  if (!mapped.ok) throw new Error(JSON.stringify(mapped.issues));
  return mapped;
};

const resultOf = (mapped: Mapped): Observation => {
  const isResult = (one: FhirResource | undefined): one is Observation => one?.resourceType === 'Observation';
  const found = toBundle(mapped)
    .entry?.map(({ resource }) => resource)
    .find(isResult);
  if (found === undefined) throw new Error('no result');
  return found;
};

test('a code of the sender’s own gets what the source’s ConceptMap calls it, and the result may claim nl-core', () => {
  const mapped = map(true);
  const result = resultOf(mapped);
  expect(result.code).toEqual({
    coding: [
      { system: LOCAL, code: '266', display: 'Kalium (eigen)' },
      { system: 'http://loinc.org', code: '2823-3', display: 'Kalium' },
    ],
    text: 'K',
  });
  expect(result.meta?.profile?.some((one) => one.endsWith('/nl-core-LaboratoryTestResult'))).toBe(true);
  expect(mapped.warnings.filter(({ code }) => code === 'untranslated-code')).toEqual([]);
  const told = explainBundle(mapped);
  expect(told.filter(({ terminology }) => terminology === MAP).map(({ source }) => source)).toEqual(
    expect.arrayContaining([expect.stringMatching(/\.code\.coding\[0\]\.code$/) as string]),
  );
  expect(told.map(({ path }) => path).sort()).toEqual(leavesOf(toBundle(mapped), 'Bundle').sort());
});

test('without a ConceptMap it travels as sent, and the warning says which code it is', () => {
  const mapped = map(false);
  expect(resultOf(mapped).code.coding).toHaveLength(1);
  expect(mapped.warnings.find(({ code }) => code === 'untranslated-code')?.coding).toEqual({
    system: LOCAL,
    code: '266',
    text: 'Kalium (eigen)',
  });
});
