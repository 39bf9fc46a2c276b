/**
 * Measures, over every ORU^R01 of the reference messages: which filled components of OBX-3, -5, -6, -7, -8 and -11 are
 * found in the output Bundle. Prints a table and the list of what is not. Skipped where the reference data is absent.
 */
import { toBundle } from '../../mappings/bundle.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE } from '../../mappings/mapping.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { cellsOf, describeOrSkip, isKept, line, referenceMessages, textsIn } from './kept.ts';

const FIELDS = [3, 5, 6, 7, 8, 11] as const;

describeOrSkip('every ORU^R01 of the reference messages', () => {
  const lines: string[] = [];
  const counts = new Map(FIELDS.map((field) => [field, { filled: 0, kept: 0 }]));
  let mappedCount = 0;
  let refused = 0;

  beforeAll(() => {
    for (const { name, message } of referenceMessages('ORU^R01')) {
      const mapped = labOru.map(message, { source: ANY_SOURCE, region: null });
      if (!mapped.ok) {
        refused += 1;
        lines.push(
          `refused  ${name}  ${mapped.issues.map(({ expression, text }) => `${expression}: ${text}`).join(' ')}`,
        );
        continue;
      }
      mappedCount += 1;
      const bundle = toBundle(mapped);
      expect(checkStructure(bundle)).toEqual([]);
      const texts = textsIn(bundle);
      for (const obx of message.all('OBX')) {
        for (const field of FIELDS) {
          const count = counts.get(field) ?? { filled: 0, kept: 0 };
          for (const cell of cellsOf(obx, field)) {
            count.filled += 1;
            if (isKept(cell, texts)) count.kept += 1;
            else lines.push(`not kept ${name}  ${cell.path()}`);
          }
        }
      }
    }
    const table = [...counts].map(([field, count]) => line(`OBX-${field}`, count));
    const head = `${mappedCount} mapped, ${refused} refused\nfield    filled   kept  share`;
    process.stdout.write(`${[head, ...table, ...lines].join('\n')}\n`);
  });

  test('is mapped, or refused with a place', () => {
    expect(mappedCount).toBeGreaterThanOrEqual(16);
    for (const line of lines.filter((one) => one.startsWith('refused')))
      expect(line).toMatch(/ {2}[A-Z][A-Z0-9]{2}\S*: /);
  });

  test.each(FIELDS)('keeps every filled component of OBX-%i', (field) => {
    const { filled, kept } = counts.get(field) ?? { filled: -1, kept: 0 };
    expect(kept).toBe(filled);
  });
});
