import type { Condition, Dosage, FhirResource, Medication, MedicationRequest, Observation } from 'fhir/r4.js';
import { toBundle } from '../../mappings/bundle.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE, type Mapped, type MappingResult } from '../../mappings/mapping.ts';
import { medicationV2 } from '../../mappings/medication-v2/mapping.ts';
import { PERIOD_OF_USE, RENDERED, STOP_TYPE, TREATMENT } from '../../mappings/medication-profile.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { checkStructure } from '../../profiles/structure.ts';

const HEAD = ['MSH|^~\\&|HIX|ZKH|WK|VVT|20261120143000||RDE^O11|C1|P|2.5', 'PID|1||55^^^ZKH^PI||Bos^T'];
const ORC = 'ORC|NW|MO1^HIX|||||||20261120142800';
const RXE = 'RXE||12345^FUROSEMIDE^PRK|40||mg||^2 maal daags';

function map(...segments: string[]): MappingResult {
  const parsed = parseMessage(Buffer.from([...HEAD, ...segments].join('\r')), 'UNICODE UTF-8');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return medicationV2.map(parsed.message, { source: ANY_SOURCE, region: null });
}
function mapped(...segments: string[]): Mapped {
  const result = map(...segments);
  if (!result.ok) throw new Error(result.issues.map(({ text }) => text).join());
  expect(checkStructure(toBundle(result))).toEqual([]);
  return result;
}
const all = <T extends FhirResource>(result: Mapped, type: T['resourceType']): T[] =>
  (toBundle(result).entry ?? [])
    .map(({ resource }) => resource as T)
    .filter(({ resourceType }) => resourceType === type);
const agreements = (...segments: string[]): MedicationRequest[] =>
  all<MedicationRequest>(mapped(...segments), 'MedicationRequest');
function agreement(...segments: string[]): MedicationRequest {
  const [first] = agreements(...segments);
  if (first === undefined) throw new Error('no agreement');
  return first;
}
const dosage = (...segments: string[]): Dosage | undefined => agreement(...segments).dosageInstruction?.[0];
const extension = ({ extension: list = [], modifierExtension = [] }: MedicationRequest, wanted: string) =>
  [...list, ...modifierExtension].find(({ url }) => url === wanted);
const treatmentOf = (request: MedicationRequest | undefined): string | undefined =>
  request && extension(request, TREATMENT)?.valueIdentifier?.value;
const codes = (result: Mapped): string[] => result.warnings.map(({ code }) => code);

describe('how often', () => {
  const day = (frequency: number) => ({ frequency, period: 1, periodUnit: 'd' });
  test.each([
    ['QD', day(1)],
    ['BID', day(2)],
    ['TID', day(3)],
    ['QID', day(4)],
    ['5ID', day(5)],
    ['Q6H', { frequency: 1, period: 6, periodUnit: 'h' }],
    ['q8h', { frequency: 1, period: 8, periodUnit: 'h' }],
    ['Q30M', { frequency: 1, period: 30, periodUnit: 'min' }],
    ['Q2W', { frequency: 1, period: 2, periodUnit: 'wk' }],
    ['QOD', { frequency: 1, period: 2, periodUnit: 'd' }],
    ['Q2J2', { frequency: 1, period: 2, periodUnit: 'wk', dayOfWeek: ['tue'] }],
    ['QJ7', { frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: ['sun'] }],
    ['QHS', { ...day(1), when: ['HS'] }],
    ['ACM', { ...day(1), when: ['ACM'] }],
    ['Once', { count: 1 }],
    ['1dd', day(1)],
    ['3 dd', day(3)],
    ['4DD', day(4)],
  ])('%s is in the table', (code, repeat) => {
    expect(dosage(ORC, RXE, `TQ1|1||${code}`)?.timing?.repeat).toEqual(repeat);
  });

  test.each(['C', 'QSHIFT', 'Q2L', 'volgens schema', '3 times daily', '2-3dd', 'DAILY', '0dd', 'Q0H', 'toString'])(
    '%s is not: the word stays, nothing is structured',
    (code) => {
      const timing = dosage(ORC, RXE, `TQ1|1||${code}`)?.timing;
      expect(timing?.repeat).toBeUndefined();
      expect(timing?.code?.text ?? timing?.code?.coding?.[0]?.code).toBe(code);
    },
  );

  test('several patterns together are no frequency the table knows', () => {
    expect(dosage(ORC, RXE, 'TQ1|1||QAM~Q8H')?.timing).toEqual({ code: { text: 'QAM, Q8H' } });
  });

  test('clock times stand with a known frequency, and not with an unknown one', () => {
    expect(dosage(ORC, RXE, 'TQ1|1||BID|0800~2000')?.timing?.repeat?.timeOfDay).toEqual(['08:00:00', '20:00:00']);
    const unknown = agreement(ORC, RXE, 'TQ1|1||schema|0800');
    expect(unknown.dosageInstruction?.[0]?.timing?.repeat).toBeUndefined();
    expect(writeJson(unknown)).toContain('"0800"');
  });

  test('as needed: by pattern, by pattern and frequency, by priority, in Dutch, with the reason as said', () => {
    expect(dosage(ORC, RXE, 'TQ1|1||PRN')).toMatchObject({ asNeededBoolean: true });
    expect(dosage(ORC, RXE, 'TQ1|1||PRNQ6H')).toMatchObject({
      asNeededBoolean: true,
      timing: { repeat: { period: 6 } },
    });
    expect(dosage(ORC, RXE, 'TQ1|1||Q6H~PRN')).toMatchObject({
      asNeededBoolean: true,
      timing: { repeat: { period: 6 } },
    });
    expect(dosage(ORC, RXE, 'TQ1|1||Q6H||||||PRN')).toMatchObject({ asNeededBoolean: true });
    expect(dosage(ORC, RXE, 'TQ1|1||zn|||||||bij pijn')).toMatchObject({
      asNeededCodeableConcept: { coding: [{ code: 'OTH' }], text: 'bij pijn' },
    });
  });

  test('a condition without as-needed is an instruction, not a reason to leave it out', () => {
    const said = dosage(ORC, RXE, 'TQ1|1||BID|||||||na de maaltijd');
    expect(said?.asNeededBoolean ?? said?.asNeededCodeableConcept).toBeUndefined();
    expect(said?.additionalInstruction?.[0]?.text).toBe('na de maaltijd');
  });

  test('without TQ1 the frequency stands in RXE-1, else in ORC-7', () => {
    expect(dosage(ORC, 'RXE|^BID|12345^F^PRK')?.timing?.repeat).toEqual(day(2));
    expect(dosage('ORC|NW|MO1|||||^TID^D4^20261120', 'RXE|^^^20261121|12345^F^PRK')?.timing?.repeat).toEqual(day(3));
  });

  test('two statements after each other are two instructions in sequence, each within its own time', () => {
    const { dosageInstruction, ...rest } = agreement(
      ORC,
      RXE,
      'TQ1|1||BID||||20261120|20261122||||S',
      'TQ1|2||QD||||20261123|20261130',
    );
    expect(dosageInstruction?.map(({ sequence, timing }) => [sequence, timing?.repeat?.boundsPeriod?.start])).toEqual([
      [1, '2026-11-20'],
      [2, '2026-11-23'],
    ]);
    expect(extension(rest, PERIOD_OF_USE)?.valuePeriod).toEqual({ start: '2026-11-20', end: '2026-11-30' });
  });
});

describe('how much', () => {
  const dose = (rxe: string) => dosage(ORC, `RXE||12345^F^PRK|${rxe}`)?.doseAndRate?.[0];
  test('a dose with its precision and its unit in UCUM', () => {
    expect(writeJson(dose('2.50||mg'))).toContain('"value":2.50');
    expect(dose('2.5||mcg')).toEqual({
      doseQuantity: { value: 2.5, unit: 'mcg', system: 'http://unitsofmeasure.org', code: 'ug' },
    });
  });

  test('a range from minimum and maximum; the same twice is one dose', () => {
    expect(dose('1|2|mg')?.doseRange).toMatchObject({ low: { value: 1 }, high: { value: 2 } });
    expect(dose('1|1|mg')?.doseQuantity).toMatchObject({ value: 1 });
  });

  test('a unit of the G-Standaard travels as the translation of the quantity', () => {
    expect(dose('1||245^stuk^2.16.840.1.113883.2.4.4.1.900.2')?.doseQuantity?.extension?.[0]?.valueQuantity).toEqual({
      value: 1,
      unit: 'stuk',
      system: 'urn:oid:2.16.840.1.113883.2.4.4.1.900.2',
      code: '245',
    });
  });

  test('a maximum that is taken away (HL7 null) leaves the dose, and its unit is told once', () => {
    const request = agreement(ORC, 'RXE||12345^F^PRK|5|""|mg');
    expect(request.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity).toMatchObject({ value: 5, code: 'mg' });
    expect(writeJson(request)).not.toContain('"RXE-5"');
  });

  test('a unit no table holds stays a word, with a warning: E may be units or pieces', () => {
    const result = mapped(ORC, 'RXE||12345^INSULINE^PRK|4||E');
    const [request] = all<MedicationRequest>(result, 'MedicationRequest');
    expect(request?.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity).toEqual({ value: 4, unit: 'E' });
    expect(codes(result)).toContain('untranslated-unit');
  });

  test('a rate, and a dose given over a time', () => {
    const fields = (per: string, rate: string, unit: string): string =>
      `RXE||12345^F^PRK|500||mL${'|'.repeat(17)}${per}|${rate}|${unit}`;
    expect(dosage(ORC, fields('', '50', 'mL/h'))?.doseAndRate?.[0]?.rateQuantity).toMatchObject({
      value: 50,
      code: 'mL/h',
    });
    expect(dosage(ORC, fields('H8', '', ''))?.doseAndRate?.[0]?.rateRatio).toMatchObject({
      numerator: { value: 500, code: 'mL' },
      denominator: { value: 8, code: 'h' },
    });
    expect(dosage(ORC, fields('', '1,5', 'mL/h'))?.additionalInstruction?.[0]?.text).toBe('Snelheid: 1,5 mL/h');
    expect(dosage(ORC, fields('een nacht', '', ''))?.additionalInstruction?.[0]?.text).toBe('een nacht');
  });

  test.each(['1-2', '1,5', '1/2', 'een', '<2'])('%s is no number: it travels as text, with a warning', (amount) => {
    const result = mapped(ORC, `RXE||12345^F^PRK|${amount}||mg`);
    const [request] = all<MedicationRequest>(result, 'MedicationRequest');
    expect(request?.dosageInstruction?.[0]?.doseAndRate).toBeUndefined();
    expect(codes(result)).toContain('unreadable-number');
    expect(request?.dosageInstruction?.[0]?.additionalInstruction?.map(({ text }) => text)).toEqual([
      `Dosis: ${amount} mg`,
    ]);
  });

  test.each([
    ['10|1,5|mg', 'Dosis: 10 - 1,5 mg'],
    ['1,5||245^stuk^2.16.840.1.113883.2.4.4.1.900.2', 'Dosis: 1,5 stuk'],
    ['1,5||245^^2.16.840.1.113883.2.4.4.1.900.2', 'Dosis: 1,5'],
    ['100|50|mg', 'Dosis: 100 - 50 mg'],
  ])('RXE-3 to -5 %s stand as words, whole: half of a range would be another dose', (fields, words) => {
    const told = dosage(ORC, `RXE||12345^F^PRK|${fields}`);
    expect(told?.doseAndRate).toBeUndefined();
    expect(told?.additionalInstruction?.map(({ text }) => text)).toEqual([words]);
  });

  test('nothing is read out of words: a dose that stands only in the instruction stays there', () => {
    const request = agreement(ORC, 'RXE||^Furosemide 40 mg tablet|||||^2 maal daags 40 mg oraal');
    expect(request.dosageInstruction).toEqual([{ text: '2 maal daags 40 mg oraal' }]);
    expect(extension(request, RENDERED)?.valueString).toBe('2 maal daags 40 mg oraal');
    const [product] = all<Medication>(mapped(ORC, 'RXE||^Furosemide 40 mg tablet'), 'Medication');
    expect(product?.code).toEqual({ text: 'Furosemide 40 mg tablet' });
  });

  test('a request for another product lends the encoded order nothing; one for the same fills what is open', () => {
    const other = agreement(ORC, 'RXO|999^ANDERS^PRK|10||mg', 'RXE||12345^F^PRK');
    expect(other.dosageInstruction?.[0]?.doseAndRate).toBeUndefined();
    expect(writeJson(other)).toContain('"ANDERS"');
    const same = agreement(ORC, 'RXO|12345^F^PRK|10||mg', 'RXE||12345^F^PRK');
    expect(same.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity?.value).toBe(10);
  });
});

describe('the state of the agreement', () => {
  const state = (control: string, status = '') => {
    const request = agreement(`ORC|${control}|MO1^HIX|||${status}||||20261120142800`, RXE, 'TQ1|1||BID||||20261101');
    const stop = extension(request, STOP_TYPE)?.valueCodeableConcept?.coding?.[0]?.code;
    return [request.status, stop, extension(request, PERIOD_OF_USE)?.valuePeriod?.end];
  };
  const AT = '2026-11-20T14:28:00+01:00';
  test.each([
    ['NW', 'active', undefined],
    ['XO', 'active', undefined],
    ['RL', 'active', undefined],
    ['RP', 'active', undefined],
    ['DC', 'stopped', '410546004'],
    ['OD', 'stopped', '410546004'],
    ['CA', 'cancelled', '89925002'],
    ['OC', 'cancelled', '89925002'],
    ['HD', 'on-hold', '385655000'],
    ['OH', 'on-hold', '385655000'],
  ])('%s: %s, stop type %s; a stop ends the use when it takes effect', (control, status, stop) => {
    expect(state(control)).toEqual([status, stop, stop === undefined ? undefined : AT]);
  });

  test('an order status can stop too, and else says what became of the order', () => {
    expect(state('SC', 'DC').slice(0, 2)).toEqual(['stopped', '410546004']);
    expect(state('SC', 'CM').slice(0, 2)).toEqual(['completed', undefined]);
    expect(state('DC', 'IP').slice(0, 2)).toEqual(['stopped', '410546004']);
  });

  test('a control code that says nothing of the agreement is unknown, with a warning', () => {
    const result = mapped('ORC|UC|MO1', RXE);
    expect(all<MedicationRequest>(result, 'MedicationRequest')[0]?.status).toBe('unknown');
    expect(codes(result)).toContain('untranslated-code');
  });

  test('a stop puts a planned end aside; an end that was already past stays', () => {
    const end = (planned: string, effective = '') =>
      extension(
        agreement(
          `ORC|DC|MO1|||||||20261120100000${'|'.repeat(6)}${effective}`,
          RXE,
          `TQ1|1||BID||||20261101|${planned}`,
        ),
        PERIOD_OF_USE,
      )?.valuePeriod?.end;
    expect(end('20261231')).toBe('2026-11-20T10:00:00+01:00');
    expect(end('20261110')).toBe('2026-11-10');
    expect(end('20261110', '20261121')).toBe('2026-11-21');
  });

  test('a stop announced for later leaves the agreement active until then, with its stop type and end', () => {
    const planned = (effective: string) => {
      const request = agreement(`ORC|DC|MO1|||||||20261120100000${'|'.repeat(6)}${effective}`, RXE);
      return [request.status, extension(request, PERIOD_OF_USE)?.valuePeriod?.end, extension(request, STOP_TYPE)?.url];
    };
    expect(planned('20261122080000')).toEqual(['active', '2026-11-22T08:00:00+01:00', STOP_TYPE]);
    expect(planned('20261120100000')).toEqual(['stopped', '2026-11-20T10:00:00+01:00', STOP_TYPE]);
    expect(planned('20261120')).toEqual(['stopped', '2026-11-20', STOP_TYPE]);
  });

  test('a change, a stop and a start of one order are one agreement: the same number, the same update', () => {
    const urls = ['NW', 'XO', 'HD', 'RL', 'DC'].map(
      (control) =>
        mapped(`ORC|${control}|MO1^HIX`, RXE).entries.find(({ url }) => url.startsWith('MedicationRequest'))?.url,
    );
    expect(new Set(urls).size).toBe(1);
    expect(urls[0]).toContain('MO1');
  });

  test('of an order that is replaced, the old is stopped and the new refers to it', () => {
    const [old, next] = agreements('ORC|RP|MO1', RXE, 'ORC|RO|MO2', 'RXE||999^LOSARTAN^PRK|1||stuk');
    expect([old?.status, next?.status]).toEqual(['stopped', 'active']);
    expect(next?.priorPrescription?.reference).toMatch(/^urn:uuid:/);
  });

  test('why it changed is a reason of change; why it was prescribed a problem', () => {
    const reason = (control: string) => mapped(`ORC|${control}|MO1${'|'.repeat(14)}305335007^opname^SCT`, RXE);
    const stopped = all<MedicationRequest>(reason('DC'), 'MedicationRequest')[0];
    expect(stopped?.reasonCode?.[0]?.coding?.map(({ code }) => code)).toEqual(['305335007']);
    const started = reason('NW');
    expect(all<MedicationRequest>(started, 'MedicationRequest')[0]?.reasonCode).toBeUndefined();
    expect(all<Condition>(started, 'Condition')[0]?.code?.coding?.[0]?.code).toBe('305335007');
  });
});

describe('numbers', () => {
  test('one order number on two orders of a message: two agreements, and the number with both', () => {
    const found = agreements('ORC|NW|MO1', RXE, 'ORC|NW|MO1', 'RXE||999^LOSARTAN^PRK|1||stuk');
    expect(found).toHaveLength(2);
    expect(found.filter(({ identifier }) => identifier?.some(({ value }) => value === 'MO1'))).toHaveLength(1);
    expect(writeJson(found[1])).toContain('"MO1"');
  });

  test('the treatment: said by the sender, else by the group, else by the order, else left out with a warning', () => {
    const OBX = 'OBX|1|EI|MBH^^WK||77^^2.16.528.1.1^ISO||||||F';
    expect(treatmentOf(agreement(ORC, RXE, OBX))).toBe('77');
    const group = (order: string): string | undefined => treatmentOf(agreement(`ORC|NW|${order}||G1`, RXE));
    expect(group('MO1')).toBe(group('MO2'));
    const own = (order: string): string | undefined => treatmentOf(agreement(`ORC|NW|${order}`, RXE));
    expect(own('MO1')).not.toBe(own('MO2'));
    const none = mapped('ORC|NW', RXE);
    expect(treatmentOf(all<MedicationRequest>(none, 'MedicationRequest')[0])).toBeUndefined();
    expect(codes(none)).toContain('no-treatment-identifier');
  });

  test('a group of different medicines is no treatment: each order has its own', () => {
    const [one, other] = agreements('ORC|NW|MO1||G1', RXE, 'ORC|NW|MO2||G1', 'RXE||999^LOSARTAN^PRK|1||stuk');
    expect(treatmentOf(one)).not.toBe(treatmentOf(other));
  });

  test('a derived treatment is marked so, a said one is not', () => {
    const tags = (...segments: string[]) => agreement(...segments).meta?.tag?.map(({ code }) => code);
    expect(tags(ORC, RXE)).toEqual(['derived-treatment-identifier']);
    expect(tags(ORC, RXE, 'OBX|1|ST|MBH^^WK||77')).toBeUndefined();
  });
});

describe('what belongs to the order', () => {
  test('a route with a code of the G-Standaard claims MP9; another claims our own profile and warns', () => {
    const oral = mapped(ORC, RXE, 'RXR|PO^^HL70162');
    expect(all<MedicationRequest>(oral, 'MedicationRequest')[0]?.meta?.profile?.[0]).toMatch(/mp-MedicationAgreement$/);
    const iv = mapped(ORC, RXE, 'RXR|IV^^HL70162');
    expect(all<MedicationRequest>(iv, 'MedicationRequest')[0]?.meta?.profile?.[0]).toMatch(/wk-MedicationAgreement$/);
    expect(codes(iv)).toContain('untranslated-code');
  });

  test('every code of a product travels, by the names Dutch senders give their systems', () => {
    const [product] = all<Medication>(
      mapped(ORC, 'RXE||1^F^G-Standaard PRK^2^F^Z-Index HPK^^^^C03CA01^furosemide^ATC'),
      'Medication',
    );
    expect(product?.code?.coding?.map(({ system }) => system)).toEqual([
      'urn:oid:2.16.840.1.113883.2.4.4.10',
      'urn:oid:2.16.840.1.113883.2.4.4.7',
      'http://www.whocc.no/atc',
    ]);
  });

  test('observations of the order travel with it, the treatment identifier is none of them', () => {
    const result = mapped(ORC, RXE, 'OBX|1|NM|29463-7^Gewicht^LN||71.5|kg|||||F', 'OBX|2|ST|MBH^^WK||77');
    expect(all<Observation>(result, 'Observation').map(({ valueQuantity }) => valueQuantity?.value)).toEqual([71.5]);
    expect(all<MedicationRequest>(result, 'MedicationRequest')[0]?.supportingInformation).toHaveLength(1);
  });

  test('components are ingredients, the carrier not an active one', () => {
    const [product] = all<Medication>(mapped(ORC, RXE, 'RXC|B|1^NaCl^PRK|100|mL', 'RXC|A|2^F^PRK|40|mg'), 'Medication');
    expect(product?.ingredient?.map(({ isActive }) => isActive)).toEqual([false, true]);
  });

  test('comments and remarks for the pharmacy are one comment, as MP9 takes one', () => {
    const request = agreement(ORC, 'RXE||12345^F^PRK|||||^innemen', 'NTE|1||eerste', 'NTE|2||tweede');
    expect(request.note).toEqual([{ text: 'eerste\ntweede' }]);
  });
});

describe('what is refused', () => {
  const issue = (result: MappingResult) => (result.ok ? undefined : result.issues[0]);
  test('an order without a product, without RXE and RXO, and a message without an order: each located', () => {
    expect(issue(map(ORC, 'RXE|||40||mg'))).toMatchObject({ code: 'required', expression: 'RXE-2' });
    expect(issue(map(ORC))).toMatchObject({ code: 'required', expression: 'ORC-1' });
    expect(issue(map())).toMatchObject({ code: 'required', expression: 'ORC' });
  });

  test('another message type is none of this mapping, and one faulty order refuses the message', () => {
    const parsed = parseMessage(
      Buffer.from([HEAD[0]?.replace('RDE^O11', 'RGV^O15'), HEAD[1]].join('\r')),
      'UNICODE UTF-8',
    );
    if (!parsed.ok) throw new Error(parsed.issue.text);
    expect(issue(medicationV2.map(parsed.message, { source: ANY_SOURCE, region: null }))).toMatchObject({
      code: 'not-supported',
      expression: 'MSH-9',
    });
    expect(issue(map(ORC, RXE, 'ORC|NW|MO2'))).toMatchObject({ expression: 'ORC[2]-1' });
  });
});
