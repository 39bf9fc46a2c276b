/** What was read from HL7 v2, written as HL7 v2 again and read once more, says the same: the facts a clinician acts on. */
import fc from 'fast-check';
import type { Bundle, CodeableConcept, FhirResource, Observation, Quantity } from 'fhir/r4.js';
import { adminAdt } from '../../mappings/admin-adt/mapping.ts';
import { toBundle } from '../../mappings/bundle.ts';
import { documentMdm } from '../../mappings/document-mdm/mapping.ts';
import type { Charset } from '../../mappings/hl7v2/charset.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { readTime, writeTime } from '../../mappings/hl7v2/time.ts';
import { writeV2, type V2Mapping } from '../../mappings/hl7v2/write/message.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import type { Mapping } from '../../mappings/mapping.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { toAdt } from '../../mappings/to-adt/mapping.ts';
import { toMdm } from '../../mappings/to-mdm/mapping.ts';
import { toOru } from '../../mappings/to-oru/mapping.ts';
import { readJson } from '../../profiles/json/read.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { ANYWHERE, outputOf, takenSamples } from './samples.ts';
import { PARTNER, STAMP } from './v2-partner.ts';

const resources = (bundle: Bundle<FhirResource>): FhirResource[] =>
  (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));

function bytesOf(bundle: Bundle<FhirResource>, mapping: V2Mapping, charset: Charset = 'UNICODE UTF-8'): Uint8Array {
  // From v2.7 on a CWE holds three codes; below, a third one travels in words.
  const written = writeV2(mapping, bundle, { ...PARTNER, version: '2.7', charset }, STAMP);
  if (!written.ok) throw new Error(written.issues.map(({ text }) => text).join('; '));
  return written.bytes;
}
function messageOf(bytes: Uint8Array): Message {
  const parsed = parseMessage(bytes, 'ASCII');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return parsed.message;
}
function again(bundle: Bundle<FhirResource>, to: V2Mapping, from: Mapping<Message>): Bundle<FhirResource> {
  const mapped = from.map(messageOf(bytesOf(bundle, to)), ANYWHERE);
  if (!mapped.ok) throw new Error(mapped.issues.map(({ text }) => text).join('; '));
  return toBundle(mapped);
}

const codes = (concept: CodeableConcept | undefined): string[] =>
  (concept?.coding ?? []).map(({ system, code, display }) => `${system ?? ''}|${code ?? ''}|${display ?? ''}`);
/** Numbers with the precision they have in JSON. */
const quantity = (value: Quantity | undefined): string => (value === undefined ? '' : writeJson(value));
const instant = (text: string | undefined): string | undefined =>
  text?.includes('T') === true ? new Date(text).toISOString() : text;

function resultFacts(one: Observation): object {
  const { status, code, effectiveDateTime, effectivePeriod, interpretation = [], referenceRange = [] } = one;
  return {
    code: codes(code),
    ...(code.text === undefined ? {} : { text: code.text }),
    status,
    at: instant(effectiveDateTime) ?? [instant(effectivePeriod?.start), instant(effectivePeriod?.end)],
    issued: instant(one.issued),
    value: [
      quantity(one.valueQuantity),
      one.valueString,
      codes(one.valueCodeableConcept),
      one.valueDateTime,
      writeJson(one.valueRange ?? one.valueRatio ?? null),
    ],
    parts: (one.component ?? []).map((part) => [quantity(part.valueQuantity), part.valueString]),
    flags: interpretation.flatMap(codes),
    ranges: referenceRange.map(({ low, high, text }) => [quantity(low), quantity(high), text]),
    absent: codes(one.dataAbsentReason),
    method: codes(one.method),
    members: one.hasMember?.length ?? 0,
  };
}
const labFacts = (bundle: Bundle<FhirResource>): object[] =>
  resources(bundle)
    .flatMap((one): object[] => {
      if (one.resourceType === 'Observation') return [resultFacts(one)];
      if (one.resourceType === 'Specimen') {
        const { collectedDateTime, collectedPeriod } = one.collection ?? {};
        return [
          [
            codes(one.type),
            instant(collectedDateTime),
            collectedPeriod,
            instant(one.receivedTime),
            one.condition?.map(codes),
          ],
        ];
      }
      if (one.resourceType === 'Patient') return [{ name: one.name, birthDate: one.birthDate, gender: one.gender }];
      return [];
    })
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
const notesIn = (bundle: Bundle<FhirResource>): string[] =>
  resources(bundle).flatMap((one) => ('note' in one ? (one.note ?? []).map(({ text }) => text) : []));

/** An order of its own: a result without one is written under one, since ORU^R01 knows no other. */
const orders = (bundle: Bundle<FhirResource>): number =>
  resources(bundle).filter(({ resourceType }) => resourceType === 'DiagnosticReport').length;

test.each(takenSamples('lab-oru'))('results of %s say the same after a round trip', (name) => {
  const before = outputOf('lab-oru', name);
  const after = again(before, toOru, labOru);
  const [one, two] = [labFacts(before), labFacts(after)];
  // Unordered results come back with the panel of the order they were written under, which has no value of its own.
  expect(two).toEqual(expect.arrayContaining(one));
  expect(orders(after)).toBeGreaterThanOrEqual(orders(before));
  const words = notesIn(after).join('\n');
  for (const note of notesIn(before)) for (const line of note.split('\n')) expect(words).toContain(line.trim());
});

/** What admission says of a person and a stay. */
const adminFacts = (bundle: Bundle<FhirResource>): object[] =>
  resources(bundle).flatMap((one): object[] => {
    if (one.resourceType === 'Patient') {
      const { name, birthDate, gender, address, telecom, contact, deceasedBoolean } = one;
      const numbers = one.identifier?.map(({ system, value }) => `${system ?? ''}|${value ?? ''}`).sort();
      return [{ name, birthDate, gender, address, telecom, contact, deceasedBoolean, numbers }];
    }
    if (one.resourceType === 'AllergyIntolerance') return [[codes(one.code), one.category, one.reaction]];
    if (one.resourceType === 'Condition') return [codes(one.code)];
    if (one.resourceType === 'Encounter')
      return [{ of: one.class, at: one.period, number: one.identifier?.[0]?.value }];
    return [];
  });
const SPEAKING_OF_ONE = takenSamples('admin-adt').filter((name) => !name.includes('merge') && !name.includes('a40'));
test.each(SPEAKING_OF_ONE)('the patient of %s is the same after a round trip', (name) => {
  const before = outputOf('admin-adt', name);
  expect(adminFacts(again(before, toAdt, adminAdt))).toEqual(expect.arrayContaining(adminFacts(before)));
});

const documentFacts = (bundle: Bundle<FhirResource>): object[] =>
  resources(bundle).flatMap((one): object[] => {
    if (one.resourceType === 'Composition') {
      return [
        {
          type: one.type.coding?.[0]?.code,
          status: one.status,
          date: instant(one.date),
          texts: one.section?.filter(({ title }) => title !== 'Overige gegevens').map(({ text }) => text?.div),
        },
      ];
    }
    if (one.resourceType === 'DocumentReference') return one.content.map(({ attachment }) => attachment);
    if (one.resourceType === 'Communication')
      return [{ answers: one.inResponseTo?.map(({ identifier }) => identifier?.value) }];
    return [];
  });
test.each(takenSamples('document-mdm'))('the answer of %s is the same after a round trip', (name) => {
  const before = outputOf('document-mdm', name);
  expect(documentFacts(again(before, toMdm, documentMdm))).toEqual(expect.arrayContaining(documentFacts(before)));
});

const told = (valueString: string): Bundle<FhirResource> => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      resource: {
        resourceType: 'Patient',
        identifier: [{ system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: '999911120' }],
      },
    },
    { resource: { resourceType: 'Observation', status: 'final', code: { text: 'Bevinding' }, valueString } },
  ],
});
/** Texts as FHIR allows them, with what HL7 v2 gives a meaning made likely. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '|',
        '^',
        '~',
        '\\',
        '&',
        '\\F\\',
        '\\.br\\',
        '\\X41\\',
        '\r',
        '\n',
        '\r\n',
        '\t',
        '"',
        '""',
        '\u007f',
        'é',
        'ĳ',
        '€',
        'MSH|',
      ),
      fc.string({ unit: 'grapheme' }),
    ),
    { minLength: 1 },
  )
  .map((parts) => parts.join(''))
  .filter((one) => one !== '' && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(one));

test('any text comes back letter by letter', () => {
  fc.assert(
    fc.property(text, (said) => {
      const message = messageOf(bytesOf(told(said), toOru));
      expect(message.first('OBX')?.at(5).text).toBe(said);
      expect(message.all('OBX')).toHaveLength(1);
    }),
    { numRuns: 800 },
  );
});

test('in any character set a text comes back, or is refused by name: never as something else', () => {
  const sets = fc.constantFrom<Charset>('ASCII', '8859/1', '8859/15');
  fc.assert(
    fc.property(text, sets, (said, charset) => {
      const written = writeV2(toOru, told(said), { ...PARTNER, charset }, STAMP);
      if (!written.ok) {
        expect(written.issues.map(({ rule }) => rule)).toEqual(['charset']);
        return;
      }
      expect(messageOf(written.bytes).first('OBX')?.at(5).text.normalize('NFC')).toBe(said.normalize('NFC'));
    }),
    { numRuns: 800 },
  );
});

test('every decimal comes back as it was written', () => {
  const decimal = fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,18})?$/);
  fc.assert(
    fc.property(decimal, (written) => {
      const read = readJson(
        JSON.stringify(told('x')).replace('"valueString":"x"', `"valueQuantity":{"value":${written}}`),
      );
      if (!read.ok) throw new Error(written);
      const obx = messageOf(bytesOf(read.value as Bundle<FhirResource>, toOru)).first('OBX');
      expect([obx?.at(2).text, obx?.at(5).text]).toEqual(['NM', written]);
    }),
    { numRuns: 500 },
  );
});

test('every moment of two years is the same moment, on the clock of the receiver', () => {
  const start = Date.UTC(2025, 0, 1);
  for (let hour = 0; hour < 2 * 365 * 24; hour++) {
    const at = new Date(start + hour * 3_600_000).toISOString();
    const read = readTime(writeTime(at, 'Europe/Amsterdam'), 'UTC');
    if (read.kind !== 'dateTime' || Date.parse(read.text) !== Date.parse(at)) throw new Error(at);
  }
  expect(writeTime('2026-07-01T12:00:00Z', 'Europe/Amsterdam')).toBe('20260701140000+0200');
  expect(writeTime('2026-07-01T12:00:00.123456789+02:00', 'Europe/Amsterdam')).toBe('20260701120000.1234+0200');
  expect(['2026', '2026-07', '2026-07-01'].map((day) => writeTime(day, 'UTC'))).toEqual(['2026', '202607', '20260701']);
});
