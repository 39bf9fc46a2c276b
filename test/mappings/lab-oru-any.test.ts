import fc from 'fast-check';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE } from '../../mappings/mapping.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { faultsOf } from './accounted.ts';
import { leavesOf } from './coalition.ts';

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '1',
      '5.60',
      '-2',
      '20261120',
      '202611201015',
      'F',
      'P',
      'H',
      'mmol/l',
      '""',
      'LN',
      'L',
      'SCT',
      'HL70487',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('2823-3', 'Base64', 'é', '\\.br\\', '\\T\\', '<', '-', ':', 'Y', 'BLD', 'SER', '0815'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }).map((text) => text.replace(/[\r\n|^~&\\\p{Cc}]/gu, '')) },
);
const component = fc.array(piece, { maxLength: 3 }).map((parts) => parts.join('&'));
const repetition = fc.array(component, { maxLength: 7 }).map((parts) => parts.join('^'));
const field = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: piece },
  { weight: 3, arbitrary: fc.array(repetition, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('~')) },
);
const type = fc.constantFrom(
  'NM',
  'SN',
  'ST',
  'TX',
  'FT',
  'CE',
  'CWE',
  'DT',
  'TM',
  'TS',
  'DTM',
  'ED',
  'RP',
  'NR',
  'DR',
  'XX',
  '',
);
const segment = (name: string): fc.Arbitrary<string> =>
  fc.array(field, { maxLength: 34 }).map((fields) => [name, ...fields].join('|'));
const obx = fc
  .tuple(type, fc.array(field, { maxLength: 28 }))
  .map(([name, fields]) => ['OBX', '1', name, ...fields].join('|'));
const segments = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: obx },
    { weight: 2, arbitrary: segment('OBR') },
    { weight: 1, arbitrary: fc.constantFrom('ORC', 'NTE', 'SPM', 'PV1', 'TQ1', 'ZZ1', 'AL1').chain(segment) },
  ),
  { minLength: 1, maxLength: 8 },
);

test('any fields in any order become a sound Bundle whose every leaf names its source, or a located refusal', () => {
  fc.assert(
    fc.property(segments, (lines) => {
      const message = ['MSH|^~\\&|A|B|C|D|20261120||ORU^R01|C1|P|2.5', 'PID|1||55^^^ZKH^PI||Bos^T', ...lines].join(
        '\r',
      );
      const parsed = parseMessage(Buffer.from(message), 'UNICODE UTF-8');
      if (!parsed.ok) return;
      const mapped = labOru.map(parsed.message, { source: ANY_SOURCE, region: null });
      if (!mapped.ok) {
        expect(mapped.issues[0]?.expression).toMatch(/^[A-Z]/);
        return;
      }
      const bundle = toBundle(mapped);
      expect(checkStructure(bundle)).toEqual([]);
      expect(
        explainBundle(mapped)
          .map(({ path }) => path)
          .sort(),
      ).toEqual(leavesOf(bundle, 'Bundle').sort());
      expect(new Set(mapped.entries.map(({ url }) => url)).size).toBe(mapped.entries.length);
      // Segments without any order or result behind them have no resource to travel with; they are listed.
      expect(faultsOf(parsed.message, mapped).filter((fault) => !fault.includes('no place for'))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
