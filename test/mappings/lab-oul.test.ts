import type { Extension, FhirResource, Observation } from 'fhir/r4.js';
import { toBundle } from '../../mappings/bundle.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE } from '../../mappings/mapping.ts';

const PID = 'PID|1||2003411^^^^PI||Jansen^P';

function mapped(type: string, ...segments: string[]): FhirResource[] {
  const text = [`MSH|^~\\&|LAB|ZKH|||20261120||${type}|M1|P|2.5`, PID, ...segments].join('\r');
  const parsed = parseMessage(Buffer.from(text), 'UNICODE UTF-8');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  const result = labOru.map(parsed.message, { source: ANY_SOURCE, region: null });
  if (!result.ok) throw new Error(result.issues.map(({ text }) => text).join());
  return toBundle(result).entry?.flatMap(({ resource }) => resource ?? []) ?? [];
}

const identifiers = (resources: readonly FhirResource[]): string[] =>
  resources
    .flatMap((resource) =>
      'identifier' in resource && Array.isArray(resource.identifier)
        ? [`${resource.resourceType} ${resource.identifier.map(({ value }) => value).join(' ')}`]
        : [],
    )
    .sort();

const observations = (resources: readonly FhirResource[], code: string): Observation[] =>
  resources.filter(
    (resource): resource is Observation =>
      resource.resourceType === 'Observation' && resource.code.coding?.[0]?.code === code,
  );

const SPM = 'SPM|1|S-1||119364003^Serum specimen^SCT';
const ORC = 'ORC|RE|A-1|L-1||CM';
const OBR = 'OBR|1|A-1|L-1|24326-1^Electrolytes^LN|||20261120131500+0100|||||||||||||||||CH|F';
const OBX = ['OBX|1|NM|2823-3^Kalium^LN||5.60|mmol/l|||||F', 'OBX|2|NM|2951-2^Natrium^LN||138|mmol/l|||||F'];

describe('the same results, by order and by specimen', () => {
  const byOrder = mapped('ORU^R01', ORC, OBR, ...OBX, SPM);

  test.each([
    ['as the standard has it', [SPM, OBR, ORC, ...OBX]],
    ['with ORC before OBR', [SPM, ORC, OBR, ...OBX]],
  ])('have the same identifiers, %s', (_name, segments) => {
    expect(identifiers(mapped('OUL^R22', ...segments))).toEqual(identifiers(byOrder));
  });
});

describe('the segments of an OUL^R22', () => {
  it('gives each order the specimen that leads it', () => {
    const resources = mapped(
      'OUL^R22',
      ...[SPM, OBR, ORC, ...OBX],
      ...['SPM|2|S-2||119297000^Blood specimen^SCT', 'ORC|RE|A-2|L-2', 'OBR|2|A-2|L-2|718-7^Hb^LN'],
      'OBX|1|NM|718-7^Hb^LN||7.9|mmol/l|||||F',
    );
    const specimens = [...observations(resources, '2823-3'), ...observations(resources, '718-7')].map(
      ({ specimen }) => specimen?.reference,
    );
    expect(new Set(specimens).size).toBe(2);
    expect(resources.filter(({ resourceType }) => resourceType === 'Specimen')).toHaveLength(2);
  });

  it('splits an OBR and an ORC whose numbers contradict each other', () => {
    const resources = mapped(
      'OUL^R22',
      SPM,
      'OBR|1|A-1|L-1|1^a^LN',
      'ORC|RE|A-2|L-2',
      'OBR|2|A-2|L-2|2^b^LN',
      OBX[0] ?? '',
    );
    const orders = resources.filter(({ resourceType }) => resourceType === 'ServiceRequest');
    expect(orders).toHaveLength(2);
  });

  it('keeps what is observed of the specimen, under a key that does not change with the message', () => {
    const once = mapped('OUL^R22', SPM, 'OBX|1|ST|VOL^Volume^L||genoeg||||||F', OBR, ...OBX);
    const again = mapped('OUL^R22', SPM, 'OBX|1|ST|VOL^Volume^L||toch te weinig||||||C', OBR, ...OBX);
    const [one] = observations(once, 'VOL');
    const [other] = observations(again, 'VOL');
    expect(one?.valueString).toBe('genoeg');
    expect(one?.specimen).toBeDefined();
    expect(other?.identifier).toEqual(one?.identifier);
  });
});

describe('susceptibilities', () => {
  const culture = [
    ...['SPM|1|S-1||119297000^Blood specimen^SCT', 'OBR|1|A-1|M-1|600-7^Culture^LN'],
    ...[
      'OBX|1|CWE|600-7^Culture^LN|1|112283007^E. coli^SCT||||||F',
      'OBX|2|CWE|600-7^Culture^LN|2|3092008^S. aureus^SCT||||||F',
    ],
  ];
  const of = (sub: string, number: string, value: string, parent = 'A-1^M-1', code = '600-7&Culture&LN'): string[] => [
    `OBR|2|A-1|${number}|50545-3^MIC^LN||||||||||||||||||||||${code}^${sub}|||${parent}`,
    `OBX|1|SN|18928-2^Gentamicin^LN||${value}|mg/L||S|||F`,
  ];
  const sequels = (resource: Observation): string[] =>
    (resource.extension ?? []).flatMap(({ url, valueReference }) =>
      url.endsWith('/observation-sequelTo') ? [valueReference?.reference ?? ''] : [],
    );
  const sourceFields = (extensions: readonly Extension[] | undefined): string[] =>
    (extensions ?? []).flatMap(({ extension }) => extension?.[0]?.valueString ?? []);

  it('name the organism they were tested on', () => {
    const resources = mapped('OUL^R22', ...culture, ...of('1', 'M-2', '<=^1'), ...of('2', 'M-3', '>=^16'));
    const found = observations(resources, '18928-2').flatMap(sequels);
    expect(found).toHaveLength(2);
    expect(new Set(found).size).toBe(2);
  });

  it('do so in an ORU^R01 as well', () => {
    const [first = '', ...rest] = culture;
    const resources = mapped('ORU^R01', ...rest, first, ...of('1', 'M-2', '<=^1'));
    expect(observations(resources, '18928-2').flatMap(sequels)).toHaveLength(1);
  });

  test.each([
    ['the sub-id of one organism', 'OBX|3|SN|18928-2^Gentamicin^LN|1|<=^1|mg/L||S|||F', 1],
    ['a sub-id under that of one organism', 'OBX|3|ST|18928-2^Gentamicin^LN|2.4|R||||||F', 1],
    ['no sub-id', 'OBX|3|SN|18928-2^Gentamicin^LN||<=^1|mg/L||S|||F', 0],
    ['the sub-id of no organism', 'OBX|3|SN|18928-2^Gentamicin^LN|3|<=^1|mg/L||S|||F', 0],
  ])('in the order of the culture, with %s', (_name, obx, times) => {
    const [specimen = '', ...rest] = culture;
    const resources = mapped('ORU^R01', ...rest, obx, specimen);
    expect(observations(resources, '18928-2').flatMap(sequels)).toHaveLength(times);
  });

  it('guess no organism where two have one sub-id, nor for a result that is no susceptibility', () => {
    const twice = 'OBX|4|CWE|600-7^Culture^LN|1|112283007^E. coli^SCT||||||F';
    const tested = 'OBX|3|SN|18928-2^Gentamicin^LN|1|<=^1|mg/L||S|||F';
    const counted = 'OBX|3|NM|18928-2^Gentamicin^LN|1|5|mg/L||H|||F';
    for (const segments of [
      [...culture, tested, twice],
      [...culture, counted],
    ]) {
      expect(observations(mapped('ORU^R01', ...segments.slice(1)), '18928-2').flatMap(sequels)).toEqual([]);
    }
  });

  it('of two organisms under one number stay apart, also when sent one by one', () => {
    const key = (...segments: string[]): unknown =>
      observations(mapped('OUL^R22', 'SPM|1|S-1||119297000^Blood^SCT', ...segments), '18928-2')[0]?.identifier;
    expect(key(...of('1', 'M-1', '<=^1'))).not.toEqual(key(...of('2', 'M-1', '>=^16')));
    expect(key(...of('1', 'M-1', '<=^1'))).toEqual(key(...of('1', 'M-1', '<=^2')));
  });

  test.each([
    ['is not in the message', of('1', 'M-2', '<=^1', 'A-9^M-9')],
    ['has another sub-id', of('3', 'M-2', '<=^1')],
    ['has another code', of('1', 'M-2', '<=^1', 'A-1^M-1', '630-4&Urine&LN')],
  ])('of an organism that %s guess none, and carry what was said of it', (_name, segments) => {
    const resources = mapped('OUL^R22', ...culture, ...segments);
    expect(observations(resources, '18928-2').flatMap(sequels)).toEqual([]);
    const [, report] = resources.filter(({ resourceType }) => resourceType === 'DiagnosticReport');
    const carried = sourceFields((report as { extension?: Extension[] } | undefined)?.extension);
    expect(carried.some((path) => path.startsWith('OBR[2]-26'))).toBe(true);
  });
});
