import { finish, Leaf, traceOf, type Draft } from '../../../mappings/draft.ts';
import { codeableConcept, codesOf, codeSystemNamed } from '../../../mappings/hl7v2/datatypes/cwe.ts';
import { compositeQuantity } from '../../../mappings/hl7v2/datatypes/cq.ts';
import { isBsn, patientNumber } from '../../../mappings/hl7v2/datatypes/cx.ts';
import { entityNumber, entityNumberIn } from '../../../mappings/hl7v2/datatypes/ei.ts';
import { decimalOf } from '../../../mappings/hl7v2/datatypes/nm.ts';
import { locationName } from '../../../mappings/hl7v2/datatypes/pl.ts';
import { structuredNumber } from '../../../mappings/hl7v2/datatypes/sn.ts';
import { timingQuantity } from '../../../mappings/hl7v2/datatypes/tq.ts';
import { dateOf, dateTimeOf, instantOf, periodOf } from '../../../mappings/hl7v2/datatypes/ts.ts';
import { address } from '../../../mappings/hl7v2/datatypes/xad.ts';
import { practitionerParts } from '../../../mappings/hl7v2/datatypes/xcn.ts';
import { organizationParts } from '../../../mappings/hl7v2/datatypes/xon.ts';
import { humanName } from '../../../mappings/hl7v2/datatypes/xpn.ts';
import { contactPoint } from '../../../mappings/hl7v2/datatypes/xtn.ts';
import { codeOf, flagOf, formattedOf, readingFor, textOf, type Reading } from '../../../mappings/hl7v2/leaf.ts';
import type { Repetition, Segment } from '../../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE } from '../../../mappings/mapping.ts';
import { writtenNumber } from '../../../profiles/json/decimal.ts';

const BASE = 'https://fhir.wijkkliniek.example';
const source = { ...ANY_SOURCE, id: 'lab', codeSystems: { L: 'https://example.org/lab' } };
const reading = (): Reading => readingFor(source);

function segment(fields: string): Segment {
  const parsed = parseMessage(new TextEncoder().encode(`MSH|^~\\&|A\rZZ1|${fields}`), 'UNICODE UTF-8');
  const found = parsed.ok ? parsed.message.first('ZZ1') : undefined;
  if (found === undefined) throw new Error('no segment');
  return found;
}
const field = (text: string): Repetition => segment(text).rep(1);
const cell = (text: string) => field(text).cell(1);
const plain = (draft: unknown): unknown => (draft === undefined ? undefined : finish(draft as Draft<object>));
const unused = (repetition: Repetition) => repetition.segment.unusedCells().map((each) => each.path());

describe('text', () => {
  test('loses the blanks around it; formatted text keeps those before', () => {
    expect(textOf(cell('  a b '), 'r')?.value).toBe('a b');
    expect(formattedOf(cell('  a b '), 'r')?.value).toBe('  a b');
    expect(codeOf(cell(' a  b '), 'r')?.value).toBe('a b');
  });

  test('is undefined when absent, blank or null, and then not used', () => {
    for (const text of ['', '  ', '""']) expect(textOf(cell(text), 'r')).toBeUndefined();
    const blank = field('  ');
    textOf(blank.cell(1), 'r');
    expect(unused(blank)).toEqual([]);
  });

  test('knows its place and counts as used', () => {
    const repetition = field('a^b');
    const leaf = textOf(repetition.cell(2), 'some.rule');
    expect(leaf).toBeInstanceOf(Leaf);
    expect(leaf?.place.path()).toBe('ZZ1-1.2');
    expect(leaf?.rule).toBe('some.rule');
    expect(unused(repetition)).toEqual(['ZZ1-1.1']);
  });

  test('flags are Y and N', () => {
    expect(flagOf(cell('Y'), 'r')?.value).toBe(true);
    expect(flagOf(cell('n'), 'r')?.value).toBe(false);
    expect(flagOf(cell('J'), 'r')).toBeUndefined();
  });
});

describe('NM', () => {
  test.each(['0', '5', '5.60', '-3.0', '0.001', '12345678901234567890.10'])('%s keeps its precision', (text) => {
    const done = finish<{ value: number }>({ value: decimalOf(cell(text), 'r') });
    expect(done.value).toBe(Number(text));
    expect(writtenNumber(done, 'value') ?? String(done.value)).toBe(text);
  });

  test.each([
    ['+7.20', '7.20'],
    ['-2.3', '-2.3'],
    ['007.4', '7.4'],
    ['00', '0'],
    ['.5', '0.5'],
    ['-.50', '-0.50'],
    ['5.', '5'],
  ])('%s is %s (HL7 v2.5 §2.A.47)', (text, expected) => {
    const done = finish<{ value: number }>({ value: decimalOf(cell(text), 'r') });
    expect(writtenNumber(done, 'value') ?? String(done.value)).toBe(expected);
  });

  test.each(['5,60', '<5', '.', '+', '- 5', '5 ,0', '1.2.3', '1e3', 'neg', '5 mg', '', '""', 'NaN', '0x10'])(
    '%s is no number',
    (text) => {
      const repetition = field(text);
      expect(decimalOf(repetition.cell(1), 'r')).toBeUndefined();
      expect(repetition.segment.unusedCells()).toHaveLength(repetition.filled ? 1 : 0);
    },
  );
});

describe('coding systems', () => {
  test.each([
    ['LN', 'http://loinc.org', false],
    ['SCT', 'http://snomed.info/sct', false],
    ['UCUM', 'http://unitsofmeasure.org', false],
    ['I10', 'http://hl7.org/fhir/sid/icd-10', false],
    ['PRK', 'urn:oid:2.16.840.1.113883.2.4.4.10', false],
    ['HL70078', 'http://terminology.hl7.org/CodeSystem/v2-0078', false],
    ['2.16.840.1.113883.6.1', 'http://loinc.org', false],
    ['1.2.3', 'urn:oid:1.2.3', false],
    ['http://example.org/x', 'http://example.org/x', false],
    ['L', 'https://example.org/lab', true],
    ['99LAB', `${BASE}/CodeSystem/lab/99LAB`, true],
    ['eigen codes', `${BASE}/CodeSystem/lab/eigen%20codes`, true],
    ['constructor', `${BASE}/CodeSystem/lab/constructor`, true],
  ])('%s is %s', (name, uri, local) => {
    expect(codeSystemNamed(name, source)).toEqual({ uri, local });
  });

  test('a name the source translates to a known system is no longer local', () => {
    const settings = { ...source, codeSystems: { L: 'http://loinc.org' } };
    expect(codeSystemNamed('L', settings)).toEqual({ uri: 'http://loinc.org', local: false });
  });
});

describe('CWE', () => {
  test.each([
    [
      '2823-3^Potassium^LN^K^Kalium^L^2.7^1^kalium in serum',
      {
        coding: [
          { system: 'http://loinc.org', version: '2.7', code: '2823-3', display: 'Potassium' },
          { system: 'https://example.org/lab', version: '1', code: 'K', display: 'Kalium' },
        ],
        text: 'kalium in serum',
      },
    ],
    [
      '266^Bezinking^L^BSE',
      { coding: [{ system: 'https://example.org/lab', code: '266', display: 'Bezinking' }, { code: 'BSE' }] },
    ],
    ['^Kalium', { text: 'Kalium' }],
    ['^^^^^^^^vrije tekst', { text: 'vrije tekst' }],
    ['^Kalium^^^^^^^anders', { coding: [{ display: 'Kalium' }], text: 'anders' }],
    [
      '^Kalium^^K^Kalium kort^L',
      { coding: [{ system: 'https://example.org/lab', code: 'K', display: 'Kalium kort' }], text: 'Kalium' },
    ],
    [
      '1^^^2^^^^^^3^drie^LN',
      { coding: [{ code: '1' }, { code: '2' }, { system: 'http://loinc.org', code: '3', display: 'drie' }] },
    ],
    [
      '5^a^^^^^^^^^^^^2.16.840.1.113883.6.96',
      { coding: [{ system: 'http://snomed.info/sct', code: '5', display: 'a' }] },
    ],
  ])('%s', (text, expected) => {
    const repetition = field(text);
    expect(plain(codeableConcept(repetition, 'r', reading()))).toEqual(expected);
    expect(unused(repetition)).toEqual([]);
  });

  test('nothing filled is undefined', () => {
    expect(codeableConcept(field(''), 'r', reading())).toBeUndefined();
    expect(codeableConcept(field('""'), 'r', reading())).toBeUndefined();
  });

  test('the table of the field stands in where the sender names no system', () => {
    expect(codesOf(field('E'), 'r', reading(), '0004')).toMatchObject([
      { system: 'http://terminology.hl7.org/CodeSystem/v2-0004', code: 'E', local: false },
    ]);
    expect(codesOf(field('E^^L'), 'r', reading(), '0004')).toMatchObject([
      { system: 'https://example.org/lab', local: true },
    ]);
    expect(codesOf(field('E'), 'r', reading())).toMatchObject([{ system: '', local: true }]);
  });
});

describe('CX', () => {
  const read = (text: string) => patientNumber(field(text), 'r', reading());

  test.each([
    '999911120^^^NLMINBIZA^NNNLD',
    '999911120^^^NLMINBIZA',
    '999911120^^^x^NNNLD',
    '999911120^^^&2.16.840.1.113883.2.4.6.3&ISO^SS',
  ])('%s is a BSN', (text) => {
    expect(isBsn(field(text))).toBe(true);
    const number = read(text);
    expect(number).toMatchObject({
      ok: true,
      number: { isBsn: true, id: { system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: '999911120' } },
    });
  });

  test('eight digits are padded to nine', () => {
    expect(read('10000008^^^NLMINBIZA^NNNLD')).toMatchObject({ ok: true, number: { id: { value: '010000008' } } });
  });

  test.each(['999911121', '123', '99991112x', '000000000'])(
    '%s fails as a BSN, at its place, without being quoted',
    (value) => {
      const result = read(`${value}^^^NLMINBIZA^NNNLD`);
      expect(result).toMatchObject({ ok: false, issue: { code: 'value', rule: 'bsn', expression: 'ZZ1-1.1' } });
      if (result?.ok === false) expect(result.issue.text).not.toContain(value);
    },
  );

  test('an assigner without a number is nothing', () => {
    expect(read('^^^NLMINBIZA^NNNLD')).toBeUndefined();
    expect(read('""')).toBeUndefined();
  });

  test.each([
    ['4109590^^^AMC^PI', `${BASE}/NamingSystem/lab/patient/AMC`, 'PI'],
    ['4109590^^^^PI', `${BASE}/NamingSystem/lab/patient`, 'PI'],
    ['4109590', `${BASE}/NamingSystem/lab/patient`, ''],
    ['4109590^^^AMC&1.2.3&ISO^MR', 'urn:oid:1.2.3', 'MR'],
    ['ZD1^^^ZorgDomein^VN', `${BASE}/NamingSystem/lab/visit/ZorgDomein`, 'VN'],
    ['X^^^A^DL', `${BASE}/NamingSystem/lab/patient-dl/A`, 'DL'],
  ])('%s has system %s', (text, system, type) => {
    expect(read(text)).toMatchObject({ ok: true, number: { isBsn: false, type, id: { system } } });
  });

  test('carries type, assigner, check digit and period', () => {
    const result = read('12^3^M10^AMC^PI^^20200101^20301231');
    expect(result?.ok === true && plain(result.number.identifier)).toEqual({
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/identifier-checkDigit', valueString: '3' }],
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PI' }] },
      system: `${BASE}/NamingSystem/lab/patient/AMC`,
      value: '12',
      period: { start: '2020-01-01', end: '2030-12-31' },
      assigner: { display: 'AMC' },
    });
  });
});

test('EI and EIP are identifiers of their kind', () => {
  expect(entityNumber(field('F1^GLIMS'), 'filler-order', 'r', reading(), 'FILL')).toMatchObject({
    id: { system: `${BASE}/NamingSystem/lab/filler-order/GLIMS`, value: 'F1' },
  });
  expect(entityNumber(field('F1^^1.2.3^ISO'), 'filler-order', 'r', reading())?.id.system).toBe('urn:oid:1.2.3');
  expect(entityNumberIn(field('P1&EPD^F1&LAB'), 2, 'specimen', 'r', reading())?.id).toEqual({
    system: `${BASE}/NamingSystem/lab/specimen/LAB`,
    value: 'F1',
  });
  expect(entityNumber(field('^GLIMS'), 'filler-order', 'r', reading())).toBeUndefined();
});

describe('TS', () => {
  test('a time that cannot be read warns and stays unused', () => {
    const at = reading();
    const repetition = field('gisteren');
    expect(dateTimeOf(repetition.cell(1), 'r', at)).toBeUndefined();
    expect(at.warnings).toMatchObject([{ code: 'unreadable-time', location: 'ZZ1-1' }]);
    expect(unused(repetition)).toEqual(['ZZ1-1']);
  });

  test('a repeated hour warns', () => {
    const at = reading();
    expect(dateTimeOf(cell('20261025023000'), 'r', at)?.value).toBe('2026-10-25T02:30:00+02:00');
    expect(at.warnings).toMatchObject([{ code: 'ambiguous-local-time' }]);
  });

  test('a day is the day, also of a birth at an hour the clock skipped', () => {
    const at = reading();
    expect(dateOf(cell('20260329023000'), 'r', at)?.value).toBe('2026-03-29');
    expect(dateOf(cell('194103'), 'r', at)?.value).toBe('1941-03');
    expect(dateOf(cell('1941030712+0100'), 'r', at)?.value).toBe('1941-03-07');
    expect(at.warnings).toEqual([]);
  });

  test('degree of precision (TS.2) shortens', () => {
    expect(dateTimeOf(cell('20261120000000^D'), 'r', reading())?.value).toBe('2026-11-20');
    expect(dateTimeOf(cell('20261120000000^L'), 'r', reading())?.value).toBe('2026-11');
  });

  test('an instant needs a time, a period either end', () => {
    expect(instantOf(cell('20261120'), 'r', reading())).toBeUndefined();
    expect(instantOf(cell('202611201405'), 'r', reading())?.value).toBe('2026-11-20T14:05:00+01:00');
    const both = segment('2026|');
    expect(plain(periodOf(both.at(1), both.at(2), 'r', reading()))).toEqual({ start: '2026' });
    expect(periodOf(both.at(3), both.at(2), 'r', reading())).toBeUndefined();
  });

  test.each([
    ['20261120', '20261119', false],
    ['202611201400', '202611201359', false],
    ['202611201400+0100', '202611201330+0000', true],
    ['20261120', '202611', true],
    ['202611201400', '20261120', true],
    ['202612', '20261130', false],
  ])('%s to %s is a period: %s', (start, end, sound) => {
    const at = reading();
    const both = segment(`${start}|${end}`);
    expect(periodOf(both.at(1), both.at(2), 'r', at) !== undefined).toBe(sound);
    expect(at.warnings).toHaveLength(sound ? 0 : 1);
    expect(both.unusedCells()).toHaveLength(sound ? 0 : 2);
  });
});

describe('SN', () => {
  test.each([
    ['^5.60', { kind: 'quantity', value: 5.6 }],
    ['<^5', { kind: 'quantity', comparator: '<', value: 5 }],
    ['>=^5', { kind: 'quantity', comparator: '>=', value: 5 }],
    ['=^5', { kind: 'quantity', value: 5 }],
    ['^2^-^4', { kind: 'range', low: 2, high: 4 }],
    ['^1^:^128', { kind: 'ratio', numerator: 1, denominator: 128 }],
    ['^1^/^2', { kind: 'ratio', numerator: 1, denominator: 2 }],
  ])('%s', (text, expected) => {
    const repetition = field(text);
    const number = structuredNumber(repetition, 'r');
    const values = Object.fromEntries(
      Object.entries(number ?? {}).flatMap(([key, part]) =>
        part === undefined ? [] : [[key, part instanceof Leaf ? part.value : part]],
      ),
    );
    expect(values).toEqual(expected);
    expect(unused(repetition)).toEqual([]);
  });

  test.each(['^2^+', '<>^3', '>^1^-^2', '^5,6', '', '<', '^1^:', '^1^x^2', '^1^^2'])(
    '%s is no number, and nothing is used',
    (text) => {
      const repetition = field(text);
      expect(structuredNumber(repetition, 'r')).toBeUndefined();
      expect(repetition.segment.unusedCells()).toHaveLength(text.split('^').filter((part) => part !== '').length);
    },
  );
});

describe('XPN', () => {
  const name = (text: string) => plain(humanName(field(text), 'r', reading()));
  const part = (own: string, valueString: string) => ({
    url: `http://hl7.org/fhir/StructureDefinition/humanname-${own}`,
    valueString,
  });
  const qualifier = (valueCode: string) => ({
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier', valueCode }],
  });

  test('the Dutch parts of a family name stand beside the whole', () => {
    expect(name('de Vries - van der Linden&van der&Linden&de&Vries^A^M^^^^L')).toEqual({
      use: 'official',
      text: 'A M de Vries - van der Linden',
      family: 'de Vries - van der Linden',
      _family: {
        extension: [
          part('own-prefix', 'van der'),
          part('own-name', 'Linden'),
          part('partner-prefix', 'de'),
          part('partner-name', 'Vries'),
        ],
      },
      given: ['A', 'M'],
      _given: [qualifier('IN'), qualifier('IN')],
    });
  });

  test('parts without the whole make it', () => {
    expect(name('&van der&Linden&de&Vries')).toMatchObject({ family: 'van der Linden-de Vries' });
    expect(name('&&&de&Vries')).toMatchObject({ family: 'de Vries' });
  });

  test.each([
    ['Anna', 'BR'],
    ['Jo', 'BR'],
    ['Daniël', 'BR'],
    ['JAN', 'BR'],
    ['A', 'IN'],
    ['A.', 'IN'],
    ['B.R.', 'IN'],
    ['B. R.', 'IN'],
    ['Th.', 'IN'],
    ['J P M', 'IN'],
    ['JPM', 'IN'],
  ])('given %s is qualified %s', (given, code) => {
    expect(name(`X^${given}`)).toMatchObject({ given: [given], _given: [qualifier(code)] });
  });

  test('types, titles, order and period', () => {
    expect(name('X^Y^^sr^dr^MSc^M^^^^NL1^2020^2021')).toMatchObject({
      use: 'maiden',
      prefix: ['dr'],
      suffix: ['sr', 'MSc'],
      extension: [{ valueCode: 'NL1' }],
      period: { start: '2020', end: '2021' },
    });
    const born = field('X^Y^^^^^B');
    expect(plain(humanName(born, 'r', reading()))).not.toHaveProperty('use');
    expect(unused(born)).toEqual(['ZZ1-1.7']);
    expect(name('^^^^dr')).toBeUndefined();
    expect(name('""')).toBeUndefined();
  });
});

describe('XAD', () => {
  const read = (text: string) => plain(address(field(text), 'r', reading()));

  test('street, number and addition are told apart', () => {
    expect(read('Dorpsstraat 12&Dorpsstraat&12^a^Amsterdam^^1012AB^NL^H')).toMatchObject({
      use: 'home',
      line: ['Dorpsstraat 12 a'],
      _line: [
        {
          extension: [
            { url: 'http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-streetName', valueString: 'Dorpsstraat' },
            { url: 'http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-houseNumber', valueString: '12' },
            { url: 'http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-buildingNumberSuffix', valueString: 'a' },
          ],
        },
      ],
      city: 'Amsterdam',
      postalCode: '1012AB',
      country: 'NL',
    });
    expect(read('&Dorpsstraat&12^^Amsterdam')).toMatchObject({ line: ['Dorpsstraat 12'] });
    expect(read('Dorpsstraat 12a&Dorpsstraat&12^a')).toMatchObject({ line: ['Dorpsstraat 12a'] });
  });

  test('undivided lines stay as they are', () => {
    expect(read('Dorpsstraat 12^bij de kerk^Amsterdam^^^^M')).toEqual({
      extension: [expect.anything()],
      type: 'postal',
      line: ['Dorpsstraat 12', 'bij de kerk'],
      city: 'Amsterdam',
    });
    expect(read('^^^^^^H')).toBeUndefined();
  });
});

describe('XTN', () => {
  test.each([
    ['0201234567^PRN^PH', { system: 'phone', value: '0201234567', use: 'home' }],
    ['0612345678^ORN^CP', { system: 'phone', value: '0612345678' }],
    ['^NET^Internet^a@b.nl', { system: 'email', value: 'a@b.nl' }],
    ['0201234567^WPN^FX', { system: 'fax', value: '0201234567', use: 'work' }],
    ['^WPN^PH^^31^20^1234567^12', { system: 'phone', value: '+31 20 1234567 X12', use: 'work' }],
    ['^PRN^PH^^^20^1234567', { system: 'phone', value: '20 1234567', use: 'home' }],
    ['a@b.nl', { system: 'email', value: 'a@b.nl' }],
    ['0201234567', { system: 'phone', value: '0201234567' }],
  ])('%s', (text, expected) => {
    const point = plain(contactPoint(field(text), 'r', reading()));
    expect(point).toMatchObject(expected);
    if (!('use' in expected)) expect(point).not.toHaveProperty('use');
  });

  test('a field tells the use where the number does not, except of a mobile', () => {
    expect(plain(contactPoint(field('020'), 'r', reading(), 'home'))).toMatchObject({ use: 'home' });
    expect(plain(contactPoint(field('06^^CP'), 'r', reading(), 'home'))).not.toHaveProperty('use');
    expect(contactPoint(field('^NET^Internet'), 'r', reading())).toBeUndefined();
  });
});

describe('XCN and XON', () => {
  test.each([
    ['01004567^van Houten^B.R.^^^^^^VEKTIS', 'http://fhir.nl/fhir/NamingSystem/agb-z'],
    ['19012345601^X^^^^^^^BIG', 'http://fhir.nl/fhir/NamingSystem/big'],
    ['123456789^X^^^^^^^UZI&2.16.528.1.1007.3.1&ISO', 'http://fhir.nl/fhir/NamingSystem/uzi-nr-pers'],
    ['37^DISNEY^WALT^^^^^^AccMgr', `${BASE}/NamingSystem/lab/practitioner/AccMgr`],
    ['37', `${BASE}/NamingSystem/lab/practitioner`],
  ])('%s has a number in %s', (text, system) => {
    expect(practitionerParts(field(text), 'r', reading())?.id?.system).toBe(system);
  });

  test('a name alone has no number, nothing is undefined', () => {
    const parts = practitionerParts(field('^van Houten^B.R.'), 'r', reading());
    expect(parts?.id).toBeUndefined();
    expect(plain(parts?.name)).toMatchObject({ family: 'van Houten', given: ['B.R.'] });
    expect(practitionerParts(field('^^^^^^^^VEKTIS'), 'r', reading())).toBeUndefined();
  });

  test('organisations carry their number in XON.3 or XON.10', () => {
    expect(organizationParts(field('Praktijk^^01012341^^^VEKTIS'), 'r', reading())).toMatchObject({
      id: { system: 'http://fhir.nl/fhir/NamingSystem/agb-z', value: '01012341' },
      name: { value: 'Praktijk' },
    });
    expect(organizationParts(field('Lab^^^^^URA^^^^00001234'), 'r', reading())?.id).toEqual({
      system: 'http://fhir.nl/fhir/NamingSystem/ura',
      value: '00001234',
    });
    expect(organizationParts(field('Lab'), 'r', reading())?.id).toBeUndefined();
    expect(organizationParts(field(''), 'r', reading())).toBeUndefined();
  });
});

test('CQ has a coded unit only where UCUM is named', () => {
  const read = (text: string) => plain(compositeQuantity(field(text), 'r', reading()));
  expect(read('10^mL&milliliter&UCUM')).toEqual({
    value: 10,
    unit: 'milliliter',
    system: 'http://unitsofmeasure.org',
    code: 'mL',
  });
  expect(read('10^mL')).toEqual({ value: 10, unit: 'mL' });
  expect(read('veel^mL')).toBeUndefined();
});

test('TQ tells priority and period', () => {
  expect(plain(timingQuantity(field('1^Q6H^^20261120^20261121^S'), 'r', reading()))).toEqual({
    priority: 'stat',
    period: { start: '2026-11-20', end: '2026-11-21' },
  });
});

test('PL reads from large to small', () => {
  expect(locationName(field('SEH^K2^B1^AMC'), 'r')?.value).toBe('SEH, K2, B1, AMC');
  expect(locationName(field('^^^^^^F'), 'r')?.value).toBe('F');
  expect(locationName(field(''), 'r')).toBeUndefined();
});

test('every leaf of a datatype names the cell it came from', () => {
  const draft = { code: codeableConcept(field('2823-3^Potassium^LN'), 'r', reading()) };
  expect(traceOf(draft, 'Observation').map(({ path, source: from }) => [path, from])).toEqual([
    ['Observation.code.coding[0].system', 'ZZ1-1.3'],
    ['Observation.code.coding[0].code', 'ZZ1-1.1'],
    ['Observation.code.coding[0].display', 'ZZ1-1.2'],
  ]);
});
