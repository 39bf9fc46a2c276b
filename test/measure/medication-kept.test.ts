/**
 * Measures, over every RDE^O11 and OMP^O09 of the reference messages: which filled components of the order, the patient,
 * the stay, allergies, diagnoses, insurance and contacts are found in the output Bundle. Prints a table and the list of
 * what is not. Skipped where the reference data is absent.
 */
import { toBundle } from '../../mappings/bundle.ts';
import { ANY_SOURCE, type Mapped } from '../../mappings/mapping.ts';
import { medicationV2 } from '../../mappings/medication-v2/mapping.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { cellsOf, describeOrSkip, isKept, line, referenceMessages, textsIn, type Count } from './kept.ts';

const SEGMENTS = ['ORC', 'RXE', 'RXO', 'RXR', 'RXC', 'TQ1', 'NTE', 'OBX', 'PID', 'PV1', 'AL1', 'DG1', 'IN1', 'NK1'];

/** Fields that do not travel by decision: counting, encoding of other fields, billing (mappings/hl7v2/segments/not-carried.ts). */
const reasonsOf = (mapped: Mapped): ReadonlyMap<string, string> =>
  new Map(mapped.unused().map(({ source, reason }) => [source, reason]));

describeOrSkip('every RDE^O11 and OMP^O09 of the reference messages', () => {
  const counts = new Map<string, Count & { byDecision: number }>(
    SEGMENTS.map((name) => [name, { filled: 0, kept: 0, byDecision: 0 }]),
  );
  const lines: string[] = [];
  let mappedCount = 0;

  beforeAll(() => {
    for (const { name, message } of referenceMessages('RDE^O11', 'OMP^O09')) {
      const mapped = medicationV2.map(message, { source: ANY_SOURCE, region: null });
      if (!mapped.ok) {
        lines.push(
          `refused  ${name}  ${mapped.issues.map(({ expression, text }) => `${expression}: ${text}`).join(' ')}`,
        );
        continue;
      }
      mappedCount += 1;
      const bundle = toBundle(mapped);
      expect(checkStructure(bundle)).toEqual([]);
      const texts = textsIn(bundle);
      const reasons = reasonsOf(mapped);
      for (const segment of SEGMENTS.flatMap((wanted) => message.all(wanted))) {
        const count = counts.get(segment.name) ?? { filled: 0, kept: 0, byDecision: 0 };
        for (const cell of Array.from({ length: segment.fieldCount() }, (_, at) => cellsOf(segment, at + 1)).flat()) {
          count.filled += 1;
          if (isKept(cell, texts)) count.kept += 1;
          else {
            const reason = reasons.get(cell.path());
            if (reason !== undefined) count.byDecision += 1;
            lines.push(`not kept ${name}  ${cell.path()}  ${reason ?? 'read, and said in another form'}`);
          }
        }
      }
    }
    const table = [...counts].map(([name, count]) => `${line(name, count)}  by decision ${count.byDecision}`);
    const head = `${mappedCount} mapped\nsegment  filled   kept  share`;
    process.stdout.write(`${[head, ...table, ...lines].join('\n')}\n`);
  });

  test('every one of them is mapped', () => {
    expect(mappedCount).toBe(referenceMessages('RDE^O11', 'OMP^O09').length);
  });

  test('nothing is left behind without a decision', () => {
    expect(lines.filter((one) => one.includes('no place for'))).toEqual([]);
  });

  test.each(SEGMENTS)('%s: what is not found is read in another form, or does not travel by decision', (name) => {
    const { filled, kept } = counts.get(name) ?? { filled: 0, kept: 0 };
    expect(filled === 0 ? 1 : kept / filled).toBeGreaterThanOrEqual(0.9);
  });
});

describeOrSkip('message types of medication that come later', () => {
  test.each(referenceMessages('RDE^O25', 'RDS^O13', 'RAS^O17').map(({ name, message }) => [name, message] as const))(
    '%s is refused with its place',
    (_name, message) => {
      const result = medicationV2.map(message, { source: ANY_SOURCE, region: null });
      expect(result.ok ? [] : result.issues.map(({ expression }) => expression)).toEqual(['MSH-9']);
    },
  );
});
