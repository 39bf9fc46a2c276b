/** Whatever a sender writes into its fields: an output that is FHIR, or a refusal with a place; never a crash. */
import fc from 'fast-check';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE } from '../../mappings/mapping.ts';
import { medicationV2 } from '../../mappings/medication-v2/mapping.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { faultsOf } from './accounted.ts';
import { leavesOf } from './coalition.ts';

const value = fc.constantFrom(
  ...['', '""', '1', '2.50', '-3', '0', '1-2', 'mg', 'D4', 'H8', 'BID', 'PRN', 'Q6H', 'PRNQ8H', 'QJ3', 'ACM', 'zn'],
  ...[
    '20261120',
    '20261120100000',
    '20261119',
    '209913',
    '0800',
    '0800,2000',
    '25:00',
    'NW',
    'DC',
    'HD',
    'RP',
    'RO',
    'CM',
  ],
  ...[
    '12345^F^PRK',
    '^los',
    'IV^^HL70162',
    'S',
    'A',
    'N',
    'Daniël\\.br\\B',
    ' ',
    '245^stuk^2.16.840.1.113883.2.4.4.1.900.2',
  ],
  ...['3^Hr', '3^d&dag', 'x&y^z', 'a~b', 'MBH^^WK', 'Q8H&Text&HL70335^^^^3^h', '03012345^Bos^^^^^^^VEKTIS'],
);
const segment = fc
  .tuple(
    fc.constantFrom(
      'ORC',
      'ORC',
      'RXE',
      'RXE',
      'RXO',
      'RXR',
      'RXC',
      'TQ1',
      'TQ1',
      'OBX',
      'NTE',
      'DG1',
      'AL1',
      'RXD',
      'RXA',
      'ZZZ',
    ),
    fc.array(value, { minLength: 1, maxLength: 30 }),
  )
  .map(([name, fields]) => `${name}|${fields.join('|')}`);

const types = fc.constantFrom(
  ...[
    ['RDE^O11', 'RXE||12345^F^PRK'],
    ['RDE^O25', 'RXE||12345^F^PRK'],
    ['RDS^O13', 'RXD|1|12345^F^PRK|20261120|1|mg'],
    ['RAS^O17', 'RXA|1|1|20261120||12345^F^PRK|1|mg'],
  ],
);

test('every message becomes FHIR, each leaf with its source, or is refused with a place', () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 12 }), fc.boolean(), types, (segments, whole, [type, start]) => {
      const orders = whole ? ['ORC|NW|1', start, ...segments] : segments;
      const text = [`MSH|^~\\&|A|B|C|D|20261120||${type}|1|P|2.5`, 'PID|1||5^^^Z^PI||Bos^T', ...orders].join('\r');
      const parsed = parseMessage(Buffer.from(text), 'UNICODE UTF-8');
      if (!parsed.ok) throw new Error(parsed.issue.text);
      const mapped = medicationV2.map(parsed.message, { source: ANY_SOURCE, region: null });
      if (!mapped.ok) {
        for (const { expression } of mapped.issues) expect(expression).toMatch(/^[A-Z][A-Z0-9]{2}/);
        return;
      }
      seen += 1;
      const bundle = toBundle(mapped);
      expect(checkStructure(bundle).filter(({ severity }) => severity === 'error')).toEqual([]);
      const told = explainBundle(mapped).map(({ path }) => path);
      expect(told.sort()).toEqual(leavesOf(bundle, 'Bundle').sort());
      expect(faultsOf(parsed.message, mapped)).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(seen).toBeGreaterThan(30);
});
