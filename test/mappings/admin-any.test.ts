import fc from 'fast-check';
import { adminAdt } from '../../mappings/admin-adt/mapping.ts';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { documentMdm } from '../../mappings/document-mdm/mapping.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE, type Mapping } from '../../mappings/mapping.ts';
import { referralV2 } from '../../mappings/referral-v2/mapping.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { faultsOf } from './accounted.ts';
import { leavesOf } from './coalition.ts';

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...[
        '1',
        '5.60',
        '20261120',
        '202611201015',
        'F',
        'P',
        'D',
        'A',
        'R',
        '""',
        'LN',
        'L',
        'SCT',
        'UZI',
        'WK',
        'Y',
        'N',
      ],
      ...[
        '8867-4',
        '8480-6',
        '8462-4',
        '72514-3',
        '764146007',
        '/min',
        'mm[Hg]',
        'RESP',
        'SPRF',
        'RP',
        '81.000',
        '01.022',
      ],
      ...[
        'DA',
        'SV',
        'E',
        'I',
        'PI',
        'VN',
        'AGB',
        'UZOVI',
        'TX',
        'NM',
        'CWE',
        'ED',
        'Base64',
        'AU',
        'CA',
        'é',
        'a\\.br\\b',
        '<',
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }).map((text) => text.replace(/[\r\n|^~&\\\p{Cc}]/gu, '')) },
);
const component = fc.array(piece, { maxLength: 2 }).map((parts) => parts.join('&'));
const repetition = fc.array(component, { maxLength: 7 }).map((parts) => parts.join('^'));
const field = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: piece },
  { weight: 3, arbitrary: fc.array(repetition, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('~')) },
);
const segment = (name: string): fc.Arbitrary<string> =>
  fc.array(field, { maxLength: name === 'PV1' ? 52 : 30 }).map((fields) => [name, '1', ...fields].join('|'));
const some = (names: readonly string[]): fc.Arbitrary<string[]> =>
  fc.array(fc.constantFrom(...names).chain(segment), { maxLength: 8 });

const PID = 'PID|1||999911120^^^NLMINBIZA^NNNLD~55^^^ZKH^PI||Bos^T';
const about = ['PV2', 'AL1', 'DG1', 'PR1', 'IN1', 'IN2', 'NK1', 'OBX', 'NTE', 'GT1', 'ZZ1', 'EVN', 'ROL'];
const MAPPINGS: readonly [string, Mapping<Message>, readonly string[], fc.Arbitrary<string[]>][] = [
  ['ADT^A01', adminAdt, [PID, 'PV1|1|E'], some(about)],
  ['ADT^A08', adminAdt, [PID], some([...about, 'PV1'])],
  ['ADT^A31', adminAdt, [PID], some([...about, 'PV1'])],
  ['ADT^A40', adminAdt, [PID], some(['MRG', 'MRG', 'PID', 'PV1', 'PD1'])],
  [
    'REF^I12',
    referralV2,
    ['RF1|P|A', 'PRD|RESP~81.000^^UZI|Bakker^P', PID, 'OBX|1|CWE|TIER^^WK||wijkkliniek-light^^WK'],
    some([...about, 'PV1', 'PRD', 'CTD', 'AUT', 'OBR']),
  ],
  ['MDM^T02', documentMdm, [PID, 'TXA|1|CN'], some(['OBX', 'OBX', 'NTE', 'ORC', 'OBR', 'PV1', 'CON'])],
];

test.each(MAPPINGS)(
  '%s: any fields become a sound Bundle whose every leaf names its source, or a located refusal',
  (type, mapping, fixed, random) => {
    fc.assert(
      fc.property(random, (lines) => {
        const header = `MSH|^~\\&|A|B|C|D|20261120||${type}|C1|P|2.5`;
        const parsed = parseMessage(Buffer.from([header, ...fixed, ...lines].join('\r')), 'UNICODE UTF-8');
        if (!parsed.ok) return;
        const mapped = mapping.map(parsed.message, { source: ANY_SOURCE, region: null });
        if (!mapped.ok) {
          expect(mapped.issues.length).toBeGreaterThan(0);
          for (const { expression } of mapped.issues) expect(expression).toMatch(/^[A-Z][A-Z0-9]{2}/);
          return;
        }
        const bundle = toBundle(mapped);
        expect(checkStructure(bundle)).toEqual([]);
        const told = explainBundle(mapped).map(({ path }) => path);
        expect(told.sort()).toEqual(leavesOf(bundle, 'Bundle').sort());
        expect(new Set(mapped.entries.map(({ url }) => url)).size).toBe(mapped.entries.length);
        const urls = new Set(mapped.entries.map(({ fullUrl }) => fullUrl));
        for (const [reference] of JSON.stringify(bundle).matchAll(/(?<="reference":")urn:uuid:[^"]+/g)) {
          expect(urls).toContain(reference);
        }
        expect(faultsOf(parsed.message, mapped)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  },
);
