/** The measure itself: what is bent or made up is not explained by the place it names. */
import { explanationOf } from './explained.ts';
import type { Filled } from './places.ts';

const place = (text: string, field: string): Filled => ({
  text,
  field,
  isNull: text === '""',
  component: 1,
  offset: '',
  around: [text],
  besides: [],
});

const of = (
  path: string,
  value: unknown,
  rule: string,
  field: string,
  text: string,
  terminology: string | null = null,
) => explanationOf({ path, source: field, rule, terminology, value }, place(text, field));

const FLAGS = 'https://fhir.wijkkliniek.example/ConceptMap/result-flags';

test.each([
  ['valueQuantity.value', 5.6, 'lab.result.value', 'OBX-5', '5.60', 'number'],
  ['referenceRange[0].high.value', 5, 'lab.result.range', 'OBX-7', '3.5 - 5.0', 'number of a range'],
  ['effectiveDateTime', '2026-11-20T09:30:00+01:00', 'lab.result.effective', 'OBX-14', '202611200930', 'time'],
  ['effectiveDateTime', '2026-11-20', 'lab.result.effective', 'OBX-14', '20261120', 'time'],
  ['gender', 'female', 'pid.gender', 'PID-8', 'F', 'by a table'],
  ['code.coding[0].system', 'http://loinc.org', 'lab.result.code', 'OBX-3', 'LN', 'system by its name'],
])('%s %s is told by its place', (path, value, rule, field, text, kind) => {
  expect(of(`Bundle.entry[0].resource.${path}`, value, rule, field, text)).toBe(kind);
});

test.each([
  ['another number', 'valueQuantity.value', 5.61, 'lab.result.value', 'OBX-5', '5.60'],
  ['a number out of words', 'valueQuantity.value', 5.6, 'lab.result.value', 'OBX-5', '5,60'],
  ['bounds the wrong way round', 'referenceRange[0].low.value', 5, 'lab.result.range', 'OBX-7', '3.5 - 5.0'],
  ['a guessed offset', 'effectiveDateTime', '2026-11-20T09:30:00Z', 'lab.result.effective', 'OBX-14', '202611200930'],
  ['summer time in winter', 'issued', '2026-11-20T09:30:00+02:00', 'lab.order.issued', 'OBR-22', '202611200930'],
  [
    'an hour nobody said',
    'effectiveDateTime',
    '2026-11-20T00:00:00+01:00',
    'lab.result.effective',
    'OBX-14',
    '20261120',
  ],
  ['the other sex', 'gender', 'male', 'pid.gender', 'PID-8', 'F'],
  ['a word of its own', 'note[0].text', 'Kalium verlaagd', 'lab.result.note', 'NTE-3', 'Kalium'],
  ['a word less', 'note[0].text', 'allergie', 'lab.result.note', 'NTE-3', 'geen allergie'],
  ['another system', 'code.coding[0].system', 'http://snomed.info/sct', 'lab.result.code', 'OBX-3', 'LN'],
  ['a table at another element', 'status', 'female', 'pid.gender', 'PID-8', 'F'],
  ['null as a value', 'valueString', 'leeg', 'lab.result.value', 'OBX-5', '""'],
])('%s is invented', (_what, path, value, rule, field, text) => {
  expect(of(`Bundle.entry[0].resource.${path}`, value, rule, field, text)).toBeUndefined();
});

test('a translation is one of that very code', () => {
  const flag = (value: string, text: string) =>
    of('Bundle.entry[0].resource.interpretation[0].coding[0].code', value, 'lab.flag', 'OBX-8', text, FLAGS);
  expect(flag('H', 'H')).toBe('translated by a ConceptMap');
  expect(flag('L', 'H')).toBeUndefined();
});
