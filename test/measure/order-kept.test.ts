/**
 * Measures, over every OML^O21, ORM^O01, OUL^R22 and ORU^R01 of the reference messages: which filled components of what
 * orders and results say are found in the output Bundle. Prints a table by message type and the list of what is not.
 * Skipped where the reference data is absent.
 */
import { toBundle } from '../../mappings/bundle.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE, type Mapping } from '../../mappings/mapping.ts';
import { orderV2 } from '../../mappings/order-v2/mapping.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { cellsOf, describeOrSkip, isKept, line, referenceMessages, textsIn, type Count } from './kept.ts';

const TYPES: readonly (readonly [string, Mapping<Message>])[] = [
  ['OML^O21', orderV2],
  ['ORM^O01', orderV2],
  ['OUL^R22', labOru],
  ['ORU^R01', labOru],
];
const SEGMENTS = ['ORC', 'OBR', 'OBX', 'NTE', 'TQ1', 'SPM', 'SAC', 'DG1', 'AL1', 'IN1', 'PRT', 'RXO', 'PID', 'PV1'];

describeOrSkip.each(TYPES)('every %s of the reference messages', (type, mapping) => {
  const counts = new Map<string, Count>(SEGMENTS.map((name) => [name, { filled: 0, kept: 0 }]));
  const refusals: string[] = [];
  const dropped: string[] = [];
  const other: string[] = [];
  let mappedCount = 0;

  beforeAll(() => {
    for (const { name, message } of referenceMessages(type)) {
      const mapped = mapping.map(message, { source: ANY_SOURCE, region: null });
      if (!mapped.ok) {
        refusals.push(`${name}  ${mapped.issues.map(({ expression, text }) => `${expression}: ${text}`).join(' ')}`);
        continue;
      }
      mappedCount += 1;
      const bundle = toBundle(mapped);
      expect(checkStructure(bundle)).toEqual([]);
      const texts = textsIn(bundle);
      const reasons = new Map(mapped.unused().map(({ source, reason }) => [source, reason]));
      for (const segment of SEGMENTS.flatMap((wanted) => message.all(wanted))) {
        const count = counts.get(segment.name) ?? { filled: 0, kept: 0 };
        for (const cell of Array.from({ length: segment.fieldCount() }, (_, at) => cellsOf(segment, at + 1)).flat()) {
          count.filled += 1;
          const reason = reasons.get(cell.path());
          if (isKept(cell, texts)) count.kept += 1;
          else if (reason?.startsWith('no place for') === true) dropped.push(`${name}  ${cell.path()}`);
          else other.push(`${name}  ${cell.path()}  ${reason ?? 'read, and said in another form'}`);
        }
      }
    }
    const table = [...counts].filter(([, { filled }]) => filled > 0).map(([name, count]) => line(name, count));
    const told = [...refusals.map((one) => `refused  ${one}`), ...other.map((one) => `not kept ${one}`)];
    const head = `${type}: ${mappedCount} mapped, ${refusals.length} refused\nsegment  filled   kept  share`;
    process.stdout.write(`${[head, ...table, ...told].join('\n')}\n`);
  });

  test('is mapped, or refused with a place', () => {
    expect(mappedCount + refusals.length).toBe(referenceMessages(type).length);
    for (const one of refusals) expect(one).toMatch(/ {2}[A-Z][A-Z0-9]{2}\S*: /);
  });

  test('leaves nothing behind without a decision', () => {
    expect(dropped).toEqual([]);
  });
});
