import fc from 'fast-check';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE, type Mapping } from '../../mappings/mapping.ts';
import { orderV2 } from '../../mappings/order-v2/mapping.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { faultsOf } from './accounted.ts';
import { leavesOf } from './coalition.ts';

const words =
  '1 2 A-1 M-1 5.60 20261120 202611201015 202613 NW CA DC XO SC IP S R F H LN L SCT NZA 600-7 190017 119297000 BLD é "" a\\.br\\b'.split(
    ' ',
  );
const piece = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 5, arbitrary: fc.constantFrom(...words) });
const component = fc.array(piece, { maxLength: 3 }).map((parts) => parts.join('&'));
const field = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: piece },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.array(component, { maxLength: 6 }).map((parts) => parts.join('^')),
        { minLength: 1, maxLength: 2 },
      )
      .map((parts) => parts.join('~')),
  },
);
const segment = (name: string, max = 36): fc.Arbitrary<string> =>
  fc.array(field, { maxLength: max }).map((fields) => [name, ...fields].join('|'));
const obx = fc
  .tuple(fc.constantFrom('NM', 'SN', 'ST', 'TX', 'CWE', 'TS', 'ED'), fc.array(field, { maxLength: 24 }))
  .map(([type, fields]) => ['OBX', '1', type, ...fields].join('|'));
/** An order that names a test, so that most messages are taken. */
const order = fc
  .tuple(segment('ORC'), fc.array(field, { maxLength: 30 }))
  .map(([orc, fields]) => `${orc}\r${['OBR', '1', 'A-1', '', '600-7^Kweek^LN', ...fields].join('|')}`);
const NAMES = ['SPM', 'SAC', 'NTE', 'TQ1', 'DG1', 'AL1', 'IN1', 'PV1', 'OBR', 'ZZ1', 'PRT', 'FT1'];
const segments = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: order },
    { weight: 3, arbitrary: obx },
    { weight: 3, arbitrary: fc.constantFrom(...NAMES).chain((name) => segment(name)) },
  ),
  { minLength: 1, maxLength: 8 },
);

const KINDS: readonly (readonly [string, Mapping<Message>])[] = [
  ['OML^O21', orderV2],
  ['ORM^O01', orderV2],
  ['OUL^R22', labOru],
];

test.each(KINDS)(
  '%s: any fields in any order become a sound Bundle whose every leaf names its source, or a located refusal',
  (type, mapping) => {
    fc.assert(
      fc.property(segments, (lines) => {
        const head = [`MSH|^~\\&|A|B|C|D|20261120||${type}|C1|P|2.5`, 'PID|1||55^^^ZKH^PI||Bos^T'];
        const parsed = parseMessage(Buffer.from([...head, ...lines].join('\r')), 'UNICODE UTF-8');
        if (!parsed.ok) return;
        const mapped = mapping.map(parsed.message, { source: ANY_SOURCE, region: null });
        if (!mapped.ok) {
          expect(mapped.issues[0]?.expression).toMatch(/^[A-Z]/);
          return;
        }
        const bundle = toBundle(mapped);
        expect(checkStructure(bundle)).toEqual([]);
        const told = explainBundle(mapped).map(({ path }) => path);
        expect(told.sort()).toEqual(leavesOf(bundle, 'Bundle').sort());
        expect(new Set(mapped.entries.map(({ url }) => url)).size).toBe(mapped.entries.length);
        expect(faultsOf(parsed.message, mapped)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  },
);
