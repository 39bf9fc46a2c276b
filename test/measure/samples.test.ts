/**
 * The same measure over our own samples, which hold what the reference data has none of: what was given (RAS^O17, RXA).
 * Each filled field of a medication segment is named by a leaf or listed with a reason, and nothing is invented.
 */
import { join } from 'node:path';
import { fatesOf } from '../mappings/accounted.ts';
import { inventedIn, type Origin } from './invented.ts';
import { mapOne, measuredIn } from './message.ts';

const MAPPINGS = join(__dirname, '../../mappings');

const SEGMENTS = ['RXA', 'RXD', 'RXE', 'RXO', 'RXR', 'RXC', 'TQ1'];

/** RXA-1 to -26 (HL7 v2.5 §4.14.7) with every component that a field may have. */
const RXA = [
  ...['RXA|1|2|20261120080000|20261120083000|67903^METOPROLOL^Z-INDEX PRK^M1^metoprolol eigen^L|2.5|mg^milligram^UCUM'],
  ...[
    'TAB^tablet^L|1^gegeven zoals gevraagd^L|999000111^Jansen^Els^A^^zr.^^^BIG|SEH^K2^B1^AMC|M30|95|mg^milligram^UCUM',
  ],
  ...[
    'LOT1~LOT2|20271231|FAB^De Fabriek^L|REF^geweigerd^L|IND^hypertensie^L|CP|A|20261120081500|20|mL^milliliter^UCUM',
  ],
  ...['BC1^barcode^L|OR1^orange^L'],
].join('|');
const everyField = [
  'MSH|^~\\&|HIX|AMC|GW|WK|20261120183000||RAS^O17^RAS_O17|RXA-1|P|2.5|||||NLD|UNICODE UTF-8',
  'PID|1||4109590^^^AMC^PI||de Vries^Anna||19410307|F',
  'ORC|RE|MO-1^HIX|AP-1^APO||CM',
  RXA,
  'RXR|PO^Oraal^HL70162',
].join('\r');

const measured = [...measuredIn(MAPPINGS), mapOne('every field of RXA', Buffer.from(everyField))].flatMap((one) =>
  one?.result.ok === true ? { ...one, mapped: one.result } : [],
);
const fates = measured.flatMap(({ name, message, mapped }) =>
  fatesOf(message, mapped).map((fate) => ({ ...fate, name })),
);

test.each(SEGMENTS)('each filled field of %s is carried, or listed with a reason', (segment) => {
  const own = fates.filter(({ cell }) => cell.segment.name === segment);
  const fields = new Set(own.map(({ cell }) => cell.field));
  const listed = own.filter(({ fate }) => fate === 'listed');
  process.stdout.write(
    [
      `${segment}: ${own.length} filled cells in fields ${[...fields].sort((a, b) => a - b).join(' ')}; ${listed.length} listed`,
      ...listed.map(({ name, cell, reason }) => `listed ${name} ${cell.path()}: ${reason ?? ''}`),
    ].join('\n') + '\n',
  );
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter(({ fate }) => fate === 'lost').map(({ name, cell }) => `${name} ${cell.path()}`)).toEqual([]);
  expect(listed.filter(({ reason }) => reason?.startsWith('no place') === true || reason?.trim() === '')).toEqual([]);
});

test('of RXA every field there is was measured', () => {
  const fields = new Set(fates.filter(({ cell }) => cell.segment.name === 'RXA').map(({ cell }) => cell.field));
  expect([...fields].sort((a, b) => a - b)).toEqual(Array.from({ length: 26 }, (_, index) => index + 1));
});

test('every value of every sample is told by the place it names', () => {
  const origins = new Map<Origin, number>();
  const invented = measured.flatMap(({ name, message, mapped }) =>
    inventedIn(message, mapped, origins).map((leaf) => `${name} ${leaf}`),
  );
  process.stdout.write(
    [...origins].map(([origin, count]) => `${String(count).padStart(6)} leaves: ${origin}\n`).join(''),
  );
  expect(invented).toEqual([]);
});
