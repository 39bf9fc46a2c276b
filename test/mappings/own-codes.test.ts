import type { Bundle, FhirResource } from 'fhir/r4.js';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE, type Mapped } from '../../mappings/mapping.ts';
import { ownCodes } from '../../mappings/terminology/own-codes.ts';
import { checkStructure } from '../../profiles/structure.ts';

const LOCAL = 'https://example.org/lab-codes';
const MAP = 'https://example.org/ConceptMap/lab';
const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';
const group = (source: string, target: string, code: string, to: string, display?: string) => ({
  source,
  target,
  element: [{ code, target: [display === undefined ? { code: to } : { code: to, display }] }],
});

const codes = ownCodes(
  [
    {
      url: MAP,
      group: [
        group('L', LOINC, '266', '2823-3', 'Kalium'),
        group('L', LOINC, 'ELEK', '24326-1'),
        group('L', SNOMED, 'BUISJE', '119297000', 'bloed'),
        group('', 'http://unitsofmeasure.org', 'strepen', '{strepen}'),
        group('', 'http://unitsofmeasure.org', 'g/l', 'mg/L'),
        group('L', 'http://terminology.hl7.org/CodeSystem/v2-0078', 'HOOG', 'H'),
      ],
    },
  ],
  (name) => (name === 'L' ? LOCAL : name),
);

const map = (known: boolean, ...lines: string[]): Mapped => {
  const text = [
    'MSH|^~\\&|GLIMS|LAB|WK|WK|20261120130000||ORU^R01|U-1|P|2.5',
    'PID|1||4109590^^^ZH^PI||Canarius^Zorro',
    ...lines,
    '',
  ].join('\r');
  const parsed = parseMessage(Buffer.from(text), 'UNICODE UTF-8');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  const source = { ...ANY_SOURCE, codeSystems: { L: LOCAL }, ...(known ? { ownCodes: codes } : {}) };
  const mapped = labOru.map(parsed.message, { source, region: null });
  if (!mapped.ok) throw new Error('refused');
  return mapped;
};

const LINES = [
  'OBR|1||F-1|ELEK^Elektrolyten^L|||20261120130000||||||||||||||||||F',
  'OBX|1|NM|266^Kalium (eigen)^L||3.1|strepen||HOOG^Hoog^L|||F',
  'SPM|1|||BUISJE^Buisje^L',
];
const first = <T extends FhirResource['resourceType']>(bundle: Bundle<FhirResource>, type: T) => {
  const isOne = (one: FhirResource | undefined): one is Extract<FhirResource, { resourceType: T }> =>
    one?.resourceType === type;
  const found = bundle.entry?.map(({ resource }) => resource).find(isOne);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
};

describe('codes of its own that the source has a ConceptMap for', () => {
  const mapped = map(true, ...LINES);
  const bundle = toBundle(mapped);
  const result = first(bundle, 'Observation');

  test('carry the translation beside the original', () => {
    expect(result.code.coding).toEqual([
      { system: LOCAL, code: '266', display: 'Kalium (eigen)' },
      { system: LOINC, code: '2823-3', display: 'Kalium' },
    ]);
    expect(first(bundle, 'ServiceRequest').code?.coding).toEqual([
      { system: LOCAL, code: 'ELEK', display: 'Elektrolyten' },
      { system: LOINC, code: '24326-1' },
    ]);
    expect(result.valueQuantity).toMatchObject({ value: 3.1, unit: 'strepen', code: '{strepen}' });
    const flags = result.interpretation?.[0]?.coding ?? [];
    expect(flags.map(({ code }) => code)).toEqual(expect.arrayContaining(['HOOG', 'H']));
  });

  test('may claim nl-core, without a mark and without a warning', () => {
    expect(result.meta?.profile?.[0]).toMatch(/nl-core-LaboratoryTestResult$/);
    expect(result.meta?.tag).toBeUndefined();
    expect(first(bundle, 'Specimen').meta?.profile?.[0]).toMatch(/nl-core-LaboratoryTestResult\.Specimen$/);
    expect(mapped.warnings.filter(({ code }) => code.startsWith('untranslated'))).toEqual([]);
    expect(checkStructure(bundle).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('are explained with the ConceptMap that translated them', () => {
    const told = explainBundle(mapped).filter(({ terminology }) => terminology === MAP);
    expect(told.map(({ source }) => source)).toEqual(
      expect.arrayContaining(
        ['OBX-3', 'OBX-6', 'OBR-4', 'SPM-4'].map((field) => expect.stringMatching(field) as string),
      ),
    );
  });

  test('keep the identity of what they say something about, so that a replay updates it', () => {
    const ids = (of: Mapped) => of.entries.map(({ url }) => url);
    expect(ids(map(false, ...LINES))).toEqual(ids(mapped));
  });

  test('without the map travel as sent, marked', () => {
    const plain = map(false, ...LINES);
    expect(plain.warnings.filter(({ code }) => code === 'untranslated-code').length).toBeGreaterThan(1);
    expect(first(toBundle(plain), 'Observation').code.coding).toHaveLength(1);
  });
});

test('the source’s own map goes before the table of units that is for all, and UCUM the sender states before both', () => {
  const quantityOf = (unit: string) =>
    first(toBundle(map(true, 'OBR|1||F-1|E^E^LN', `OBX|1|NM|266^K^L||3.1|${unit}|||||F`)), 'Observation').valueQuantity;
  expect(quantityOf('g/l')).toMatchObject({ unit: 'g/l', code: 'mg/L' });
  expect(quantityOf('g/L^^UCUM')?.code).toBe('g/L');
});

test('what the sender itself calls it in that system is neither said twice nor contradicted', () => {
  const mapped = map(true, 'OBR|1||F-1|E^E^LN', 'OBX|1|NM|266^K^L^6298-4^Potassium^LN||3.1||||||F');
  expect(first(toBundle(mapped), 'Observation').code.coding).toEqual([
    { system: LOCAL, code: '266', display: 'K' },
    { system: LOINC, code: '6298-4', display: 'Potassium' },
  ]);
});
