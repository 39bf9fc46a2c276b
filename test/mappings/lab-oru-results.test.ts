import type { DiagnosticReport, FhirResource, Observation, Organization, ServiceRequest, Specimen } from 'fhir/r4.js';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { toBundle } from '../../mappings/bundle.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE, type Mapped } from '../../mappings/mapping.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { checkStructure } from '../../profiles/structure.ts';

const HEAD = ['MSH|^~\\&|GLIMS|LAB|ECD|VVT|20261120101500||ORU^R01|C1|P|2.5', 'PID|1||55^^^ZKH^PI||Bos^T'];
const ORDER = 'OBR|1|P1|F1|24323-8^Comprehensive metabolic panel^LN|||20261120093000';

function mapOru(...segments: string[]): Mapped {
  const parsed = parseMessage(Buffer.from([...HEAD, ...segments].join('\r')), 'UNICODE UTF-8');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  const mapped = labOru.map(parsed.message, { source: ANY_SOURCE, region: null });
  if (!mapped.ok) throw new Error(mapped.issues.map(({ text }) => text).join());
  expect(checkStructure(toBundle(mapped))).toEqual([]);
  return mapped;
}

const all = <T extends FhirResource>(mapped: Mapped, type: T['resourceType']): T[] =>
  (toBundle(mapped).entry ?? [])
    .map(({ resource }) => resource as T)
    .filter(({ resourceType }) => resourceType === type);
const results = (mapped: Mapped): Observation[] => all<Observation>(mapped, 'Observation');
/** The result of one OBX, given from OBX-2. */
const resultOf = (obx: string): Observation => {
  const [first] = results(mapOru(ORDER, `OBX|1|${obx}`));
  if (first === undefined) throw new Error('no result');
  return first;
};
const value = (obx: string): unknown => {
  const entries = Object.entries(resultOf(obx)).filter(([key]) => /^(value|component|dataAbsent)/.test(key));
  return Object.fromEntries(entries);
};
const urlsOf = (mapped: Mapped, type: string): string[] =>
  mapped.entries.map(({ url }) => url).filter((url) => url.startsWith(`${type}?`));

describe('OBX-5 by its type', () => {
  const ucum = { unit: 'mmol/l', system: 'http://unitsofmeasure.org', code: 'mmol/L' };
  test.each([
    ['NM|2823-3^K^LN||4.1|mmol/l|||||F', { valueQuantity: { value: 4.1, ...ucum } }],
    ['NM|2823-3^K^LN||4,1|mmol/l|||||F', { valueString: '4,1' }],
    ['NM|2823-3^K^LN||<0.1|mmol/l|||||F', { valueString: '<0.1' }],
    ['NM|2823-3^K^LN||""|mmol/l|||||F', {}],
    ['NM|2823-3^K^LN||4.1~4.2||||||F', expect.objectContaining({ component: expect.any(Array) as unknown })],
    ['ST|2823-3^K^LN||4.10|mmol/l|||||F', { valueString: '4.10' }],
    ['ST|2823-3^K^LN||10^9||||||F', { valueString: '10^9' }],
    ['ST|2823-3^K^LN||10\\S\\9||||||F', { valueString: '10^9' }],
    ['TX|2823-3^K^LN||een~twee||||||F', { valueString: 'een\ntwee' }],
    ['FT|2823-3^K^LN||een\\.br\\twee||||||F', { valueString: 'een\ntwee' }],
    ['SN|2823-3^K^LN||<^0.5|mmol/l|||||F', { valueQuantity: { value: 0.5, comparator: '<', ...ucum } }],
    ['SN|2823-3^K^LN||^182|mmol/l|||||F', { valueQuantity: { value: 182, ...ucum } }],
    ['SN|2823-3^K^LN||^1^:^128||||||F', { valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } }],
    ['SN|2823-3^K^LN||^3^-^5||||||F', { valueRange: { low: { value: 3 }, high: { value: 5 } } }],
    ['SN|2823-3^K^LN||^2^+||||||F', { valueString: '^2^+' }],
    ['SN|2823-3^K^LN||<>^2||||||F', { valueString: '<>^2' }],
    ['NR|2823-3^K^LN||3^5||||||F', { valueRange: { low: { value: 3 }, high: { value: 5 } } }],
    ['DT|2823-3^K^LN||20261120||||||F', { valueDateTime: '2026-11-20' }],
    ['TS|2823-3^K^LN||202611201015||||||F', { valueDateTime: '2026-11-20T10:15:00+01:00' }],
    ['DTM|2823-3^K^LN||gisteren||||||F', { valueString: 'gisteren' }],
    ['TM|2823-3^K^LN||0815||||||F', { valueTime: '08:15:00' }],
    ['TM|2823-3^K^LN||0815+0100||||||F', { valueString: '0815+0100' }],
    ['DR|2823-3^K^LN||20261120^20261121||||||F', { valuePeriod: { start: '2026-11-20', end: '2026-11-21' } }],
    ['CWE|2823-3^K^LN||^los woord||||||F', { valueCodeableConcept: { text: 'los woord' } }],
    ['XAD|2823-3^K^LN||a^b&c||||||F', { valueString: 'a^b&c' }],
    ['|2823-3^K^LN||7||||||F', { valueString: '7' }],
    ['NM|2823-3^K^LN||||||||X', { dataAbsentReason: expect.anything() as unknown }],
  ])('%s', (obx, expected) => {
    expect(value(obx)).toEqual(expected);
  });

  test('a number keeps the precision it was written in', () => {
    const bundle = toBundle(mapOru(ORDER, 'OBX|1|NM|2823-3^K^LN||5.60|mmol/l|3.50 - 5.00||||F'));
    expect(writeJson(bundle)).toContain('"value":5.60');
    expect(writeJson(bundle)).toContain('"value":3.50');
  });

  test('a type nobody knows travels beside the text', () => {
    expect(JSON.stringify(resultOf('ZZ|2823-3^K^LN||x||||||F').extension)).toContain('"ZZ"');
  });

  test('a number that is none is said to be so', () => {
    const mapped = mapOru(ORDER, 'OBX|1|NM|2823-3^K^LN||4,1|mmol/l|||||F');
    expect(mapped.warnings).toContainEqual(expect.objectContaining({ code: 'unreadable-number', location: 'OBX-5' }));
  });

  test('the unit of a text value stays readable beside it', () => {
    expect(resultOf('ST|2823-3^K^LN||4.1|mmol/l|||||F').note).toEqual([{ text: 'Eenheid: mmol/l' }]);
  });

  test('lines of one text are one result', () => {
    const line = (text: string): string => `OBX|1|TX|C^Conclusie^L||${text}||||||F`;
    const mapped = mapOru(ORDER, line('een'), line('twee'), line('drie'));
    expect(results(mapped).map(({ valueString }) => valueString)).toEqual(['een\ntwee\ndrie']);
  });
});

describe('units', () => {
  test.each([
    ['mmol/l', 'mmol/L'],
    ['/nl', '/nL'],
    ['U/l', 'U/L'],
    ['ml/min/1.73m2', 'mL/min/{1.73_m2}'],
    ['giga.l-1', '10*9/L'],
    ['x10E9/L', '10*9/L'],
    ['mm/u', 'mm/h'],
    ['mmHg', 'mm[Hg]'],
    ['IU/ml', '[iU]/mL'],
  ])('%s is %s, and stays what the sender wrote', (sent, code) => {
    const { valueQuantity } = resultOf(`NM|2823-3^K^LN||1|${sent}|||||F`);
    expect(valueQuantity).toMatchObject({ unit: sent, code, system: 'http://unitsofmeasure.org' });
  });

  test.each(['MMOL/L', 'eenh', 'g', 'mmol /l'])('%s is taken only as the table has it', (sent) => {
    const mapped = mapOru(ORDER, `OBX|1|NM|2823-3^K^LN||1|${sent}|||||F`);
    const known = sent === 'g';
    expect(results(mapped)[0]?.valueQuantity).toEqual({
      value: 1,
      unit: sent,
      ...(known && { code: 'g', system: 'http://unitsofmeasure.org' }),
    });
    expect(mapped.warnings.some(({ code }) => code === 'untranslated-unit')).toBe(!known);
  });

  test('a unit the sender calls UCUM is UCUM, its text the words for it', () => {
    const { valueQuantity } = resultOf('NM|2823-3^K^LN||1|{cells}/uL^cells per microliter^UCUM|||||F');
    expect(valueQuantity).toMatchObject({ unit: 'cells per microliter', code: '{cells}/uL' });
  });
});

describe('reference ranges', () => {
  test.each([
    ['3.5 - 5.0', { low: 3.5, high: 5 }],
    ['3.5-5.0', { low: 3.5, high: 5 }],
    ['-2 - 3', { low: -2, high: 3 }],
    ['3,5 - 5,0', {}],
    ['- 50', {}],
    ['<5', {}],
    ['70_105', {}],
    ['5 - 3', {}],
  ])('%s', (sent, limits: { low?: number; high?: number }) => {
    const [range] = resultOf(`NM|2823-3^K^LN||1|mmol/l|${sent}||||F`).referenceRange ?? [];
    expect(range?.text).toBe(sent.trim());
    expect({ low: range?.low?.value, high: range?.high?.value }).toEqual({
      low: undefined,
      high: undefined,
      ...limits,
    });
  });
});

describe('flags', () => {
  const codes = (flag: string): string[] =>
    (resultOf(`NM|2823-3^K^LN||1|mmol/l||${flag}|||F`).interpretation ?? []).flatMap(({ coding = [] }) =>
      coding.map(({ code = '' }) => code),
    );
  test.each([
    ['H', ['H', '281302008']],
    ['LL', ['LL', '281300000']],
    ['N', ['N']],
    ['""', []],
    ['H~A', ['H', '281302008', 'A']],
    ['*', ['*']],
  ])('%s', (flag, expected) => {
    expect(codes(flag)).toEqual(expected);
  });
});

describe('status', () => {
  test.each([
    ['P', 'preliminary'],
    ['F', 'final'],
    ['C', 'corrected'],
    ['B', 'amended'],
    ['I', 'registered'],
    ['R', 'preliminary'],
    ['U', 'final'],
    ['N', 'cancelled'],
    ['X', 'cancelled'],
    ['W', 'entered-in-error'],
    ['D', 'entered-in-error'],
    ['', 'unknown'],
    ['Q', 'unknown'],
  ])('OBX-11 %s is %s, the original beside it', (sent, status) => {
    const result = resultOf(`NM|2823-3^K^LN||1|mmol/l|||||${sent}`);
    expect(result.status).toBe(status);
    const original = result._status?.extension?.[0]?.valueCodeableConcept?.coding?.[0]?.code;
    expect(original).toBe(sent === '' ? undefined : sent);
  });
});

describe('one result stays one result', () => {
  const state = (controlId: string, status: string, potassium: string): Mapped => {
    const message = [
      `MSH|^~\\&|GLIMS|LAB|ECD|VVT|20261120101500||ORU^R01|${controlId}|P|2.5`,
      'PID|1||55^^^ZKH^PI||Bos^T',
      'ORC|RE|P1|F1',
      `OBR|1|P1|F1|NIER^Nierfunctie^L|||20261120093000${'|'.repeat(18)}${status}`,
      `OBX|1|NM|2823-3^K^LN||${potassium}|mmol/l|||||${status}`,
      `OBX|2|NM|14682-9^Kreatinine^LN||90|umol/l|||||${status}`,
      'SPM|1|^S1||SER^Serum^HL70487',
    ].join('\r');
    const parsed = parseMessage(Buffer.from(message), 'UNICODE UTF-8');
    const mapped = parsed.ok && labOru.map(parsed.message, { source: ANY_SOURCE, region: null });
    if (!mapped || !mapped.ok) throw new Error('refused');
    return mapped;
  };

  test('preliminary, final and corrected have the same identifiers, whatever the message is called', () => {
    const urls = (mapped: Mapped): string[] => mapped.entries.map(({ url }) => url);
    expect(urls(state('A', 'P', '4.1'))).toEqual(urls(state('B', 'C', '4.2')));
    expect(all<DiagnosticReport>(state('B', 'C', '4.2'), 'DiagnosticReport')[0]?.status).toBe('corrected');
    expect(results(state('B', 'C', '4.2'))[0]).toMatchObject({ status: 'corrected', valueQuantity: { value: 4.2 } });
  });

  test('another order number is another result', () => {
    const one = urlsOf(mapOru('OBR|1||F1|K^K^L', 'OBX|1|NM|2823-3^K^LN||1||||||F'), 'Observation');
    const other = urlsOf(mapOru('OBR|1||F2|K^K^L', 'OBX|1|NM|2823-3^K^LN||1||||||F'), 'Observation');
    expect(one).not.toEqual(other);
  });

  test('the same test twice under one order stays two results', () => {
    const obx = 'OBX|1|NM|2823-3^K^LN||1||||||F';
    expect(new Set(urlsOf(mapOru(ORDER, obx, obx), 'Observation')).size).toBe(3);
  });

  test('one order number on two orders does not make one report of them', () => {
    const mapped = mapOru(
      'OBR|1|P1|F1|A^A^L',
      'OBX|1|NM|1^a^L||1||||||F',
      'OBR|2|P1|F1|B^B^L',
      'OBX|1|NM|2^b^L||1||||||F',
    );
    expect(all<DiagnosticReport>(mapped, 'DiagnosticReport')).toHaveLength(2);
    expect(all<ServiceRequest>(mapped, 'ServiceRequest')).toHaveLength(2);
  });
});

describe('what belongs together', () => {
  test('an OBR with several results is a panel with members, and the report lists all', () => {
    const mapped = mapOru(ORDER, 'OBX|1|NM|2823-3^K^LN||1||||||F', 'OBX|2|NM|2951-2^Na^LN||140||||||F');
    const [potassium, sodium, panel] = results(mapped);
    expect(panel?.code.coding?.[0]?.code).toBe('24323-8');
    expect(panel?.hasMember).toHaveLength(2);
    const [report] = all<DiagnosticReport>(mapped, 'DiagnosticReport');
    expect(report?.result).toHaveLength(3);
    expect([potassium?.valueQuantity?.value, sodium?.valueQuantity?.value]).toEqual([1, 140]);
  });

  test('a local code claims our profile, is tagged and warned of', () => {
    const mapped = mapOru('OBR|1||F1|K^K^L', 'OBX|1|NM|K^Kalium^L||1||||||F');
    const [result] = results(mapped);
    expect(result?.meta?.profile).toEqual([
      'https://fhir.wijkkliniek.example/StructureDefinition/wk-LaboratoryTestResult',
    ]);
    expect(result?.meta?.tag?.[0]?.code).toBe('untranslated');
    expect(mapped.warnings).toContainEqual(expect.objectContaining({ code: 'untranslated-code', location: 'OBX-3' }));
    expect(all<DiagnosticReport>(mapped, 'DiagnosticReport')[0]?.meta?.profile).toBeUndefined();
  });

  test('a department that is no laboratory claims no laboratory profile', () => {
    const mapped = mapOru(`OBR|1||F1|X^Thorax^L${'|'.repeat(20)}RAD|F`, 'OBX|1|TX|X^Thorax^L||geen afwijkingen||||||F');
    expect(results(mapped)[0]?.category).toBeUndefined();
    expect(results(mapped)[0]?.meta?.profile).toBeUndefined();
    expect(all<DiagnosticReport>(mapped, 'DiagnosticReport')[0]?.category?.[0]?.coding?.[0]?.code).toBe('RAD');
  });

  test('the same specimen under two orders is one', () => {
    const spm = 'SPM|1|^S1||SER^Serum^HL70487';
    const mapped = mapOru(ORDER, 'OBX|1|NM|1^a^LN||1||||||F', spm, ORDER, 'OBX|1|NM|2^b^LN||1||||||F', spm);
    expect(all<Specimen>(mapped, 'Specimen')).toHaveLength(1);
  });

  test('an unknown specimen type claims our profile', () => {
    const mapped = mapOru(ORDER, 'OBX|1|NM|1^a^LN||1||||||F', 'SPM|1|||HAAR^Haar^L');
    const [specimen] = all<Specimen>(mapped, 'Specimen');
    expect(specimen?.meta?.tag?.[0]?.code).toBe('untranslated');
    expect(specimen?.type?.coding?.[0]).toMatchObject({ code: 'HAAR', display: 'Haar' });
    expect(mapped.warnings).toContainEqual(expect.objectContaining({ location: 'SPM-4.1' }));
  });

  test('a result before the first order is mapped too', () => {
    const mapped = mapOru('OBX|1|ST|883-9^ABO^LN||O||||||F', ORDER, 'OBX|1|NM|2823-3^K^LN||1||||||F');
    expect(results(mapped)[0]).toMatchObject({ valueString: 'O' });
    expect(results(mapped)[0]?.basedOn).toBeUndefined();
  });

  test('comments on the order stand with its results', () => {
    const mapped = mapOru(
      ORDER,
      'NTE|1||nuchter',
      'OBX|1|NM|2823-3^K^LN||1||||||F',
      'NTE|1||hemolytisch',
      'NTE|2||herhalen',
    );
    expect(results(mapped)[0]?.note).toEqual([{ text: 'nuchter\nhemolytisch\nherhalen' }]);
  });

  test('an attachment of 10 MB is kept byte for byte, and quickly', () => {
    const data = Buffer.alloc(7_500_000, 'wijkkliniek').toString('base64');
    const started = performance.now();
    const mapped = mapOru(ORDER, `OBX|1|ED|PDF^Brief^L||^application^pdf^Base64^${data}||||||F`);
    expect(all<DiagnosticReport>(mapped, 'DiagnosticReport')[0]?.presentedForm?.[0]).toMatchObject({
      contentType: 'application/pdf',
      data,
    });
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('text that is encoded as such becomes Base64 of the same text', () => {
    const mapped = mapOru(ORDER, 'OBX|1|ED|T^Brief^L||^TEXT^plain^A^Geïnfecteerd||||||F');
    const [form] = all<DiagnosticReport>(mapped, 'DiagnosticReport')[0]?.presentedForm ?? [];
    expect(Buffer.from(form?.data ?? '', 'base64').toString('utf8')).toBe('Geïnfecteerd');
  });

  test('segments that have no place in an ORU travel with the first order', () => {
    const mapped = mapOru('AL1|1|DA|PEN^Penicilline^L', ORDER, 'OBX|1|NM|2823-3^K^LN||1||||||F');
    expect(JSON.stringify(all<DiagnosticReport>(mapped, 'DiagnosticReport')[0]?.extension)).toContain('Penicilline');
  });
});

describe('who produced a result (OBX-15)', () => {
  const producer = (obx15: string) => {
    const mapped = mapOru(ORDER, `OBX|1|NM|2823-3^K^LN||4.1|mmol/l|||||F||||${obx15}`);
    return all<Organization>(mapped, 'Organization').map(({ identifier }) => identifier?.[0]);
  };

  test.each([
    ['00005678^Cordaan^URA', 'http://fhir.nl/fhir/NamingSystem/ura'],
    ['06010101^Lab^AGB', 'http://fhir.nl/fhir/NamingSystem/agb-z'],
    ['K1^Klinische chemie^GLIMS', 'https://fhir.wijkkliniek.example/NamingSystem/local/organization/GLIMS'],
  ])('%s is numbered in %s', (obx15, system) => {
    expect(producer(obx15)).toContainEqual({ system, value: obx15.split('^')[0] });
  });
});

test('a moment that nobody can read (OBX-14) is not that of the order: the result has none', () => {
  const at = (moment: string) => resultOf(`NM|2823-3^K^LN||4.1|mmol/l|||||F|||${moment}`).effectiveDateTime;
  expect(at('')).toBe('2026-11-20T09:30:00+01:00');
  expect(at('20261119')).toBe('2026-11-19');
  expect(at('20260329023000')).toBeUndefined();
  expect(at('gisteren')).toBeUndefined();
});

test('a value that is taken away (HL7 null) is told apart from one that is not there', () => {
  const paths = (value: string) =>
    (resultOf(`NM|2823-3^K^LN||${value}|mmol/l|||||F`).extension ?? []).map(({ extension }) =>
      extension?.map(({ valueString }) => valueString),
    );
  expect(paths('""')).toContainEqual(['OBX-5', '""']);
  expect(paths('')).toEqual([['OBX-6', 'mmol/l']]);
});

describe('a unit with a power that nobody escaped (OBX-6)', () => {
  test.each([
    ['10^9/l', { value: 7.1, unit: '10^9/l', system: 'http://unitsofmeasure.org', code: '10*9/L' }],
    ['10\\S\\9/l', { value: 7.1, unit: '10^9/l', system: 'http://unitsofmeasure.org', code: '10*9/L' }],
    ['10^6/lens', { value: 7.1, unit: '10^6/lens' }],
    ['mg^milligram', { value: 7.1, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' }],
  ])('%s is read whole', (unit, expected) => {
    expect(value(`NM|6690-2^Leukocyten^LN||7.1|${unit}|||||F`)).toEqual({ valueQuantity: expected });
  });

  test('stands whole beside words, too', () => {
    expect(resultOf('NM|6690-2^Leukocyten^LN||<0,1|10^9/l|||||F').note).toEqual([{ text: 'Eenheid: 10^9/l' }]);
  });
});

describe('a time without offset is told on the clock of the message, else of the source', () => {
  const at = (sent: string, obr7: string) => {
    const head = HEAD.map((line) => line.replace('20261120101500', sent));
    const parsed = parseMessage(
      Buffer.from([...head, `OBR|1|P1|F1|K^K^L|||${obr7}`, 'OBX|1|NM|2823-3^K^LN||4.1|mmol/l|||||F'].join('\r')),
      'UNICODE UTF-8',
    );
    const mapped = parsed.ok && labOru.map(parsed.message, { source: ANY_SOURCE, region: null });
    return mapped && mapped.ok ? results(mapped)[0]?.effectiveDateTime : undefined;
  };

  test.each([
    ['20261120101500', '202607200930', '2026-07-20T09:30:00+02:00'],
    ['20261120101500+0100', '202607200930', '2026-07-20T09:30:00+02:00'],
    ['20261025023000+0100', '202607200930', '2026-07-20T09:30:00+02:00'],
    ['20261120091500+0000', '202611200930', '2026-11-20T09:30:00+00:00'],
    ['20261120101500-0500', '202611200930', '2026-11-20T09:30:00-05:00'],
    ['20261120091500+0000', '202611200930+0100', '2026-11-20T09:30:00+01:00'],
    ['20261120091500+0000', '20261120', '2026-11-20'],
    ['20261120+0000', '202611200930', '2026-11-20T09:30:00+01:00'],
  ])('MSH-7 %s, OBR-7 %s: %s', (sent, obr7, expected) => {
    expect(at(sent, obr7)).toBe(expected);
  });
});
