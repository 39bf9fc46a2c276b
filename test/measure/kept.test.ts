/**
 * Measures, over every HL7 v2 message of the reference data, what becomes of each filled field: named by a leaf of the
 * output (its source), or listed by `--explain` with a reason; anything else is lost. And the other way round: every leaf
 * of the output is a constant, the region's, derived by a rule, or has a value that the place it names explains (as said,
 * in other notation, or by a table of `tables.ts`); anything else is invented. Prints a table by message type and by
 * field, the leaves by origin, and the reasons. Skipped where the reference data is absent.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toBundle } from '../../mappings/bundle.ts';
import type { Cell, Message } from '../../mappings/hl7v2/message.ts';
import type { Mapped } from '../../mappings/mapping.ts';
import type { Issue } from '../../profiles/issue.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { fatesOf, type Fate } from '../mappings/accounted.ts';
import { inventedIn, type Origin } from './invented.ts';
import { measuredIn } from './message.ts';

const FOLDER = join(__dirname, '../../../shared/data/hl7v2');

/** Whole segments, and of OBX the fields a result is read by. */
const SEGMENTS = 'PID PV1 AL1 DG1 IN1 NK1 RXE RXO RXD RXA RXR TQ1'.split(' ');
const OBX_FIELDS = [3, 5, 6, 7, 8, 11, 14];

interface Count {
  named: number;
  listed: number;
  lost: number;
}
const counted = (counts: Map<string, Count>, name: string): Count => {
  const count = counts.get(name) ?? { named: 0, listed: 0, lost: 0 };
  counts.set(name, count);
  return count;
};
const add = (count: Count, fate: Fate): void => {
  if (fate === 'lost') count.lost += 1;
  else if (fate === 'listed') count.listed += 1;
  else count.named += 1;
};
const groupOf = ({ segment, field }: Cell): string | undefined => {
  if (SEGMENTS.includes(segment.name)) return segment.name;
  return segment.name === 'OBX' && OBX_FIELDS.includes(field) ? `OBX-${field}` : undefined;
};

const line = (name: string, { named, listed, lost }: Count): string => {
  const all = named + listed + lost;
  const share = all === 0 ? '-' : `${((100 * (all - lost)) / all).toFixed(1)} %`;
  return `${name.padEnd(9)}${[all, named, listed, lost].map((one) => String(one).padStart(7)).join('')}  ${share}`;
};

(existsSync(FOLDER) ? describe : describe.skip)('every message of the reference data', () => {
  const types = new Map<string, Count & { mapped: number; refused: number }>();
  const fields = new Map<string, Count>();
  const reasons = new Map<string, number>();
  const refused: string[] = [];
  const lost: string[] = [];
  const invented: string[] = [];
  const origins = new Map<Origin, number>();
  let mappedCount = 0;

  function measure(name: string, type: string, message: Message, mapped: Mapped): void {
    mappedCount += 1;
    const ofType = types.get(type) ?? { named: 0, listed: 0, lost: 0, mapped: 0, refused: 0 };
    types.set(type, ofType);
    ofType.mapped += 1;
    for (const { cell, fate, reason } of fatesOf(message, mapped)) {
      if (cell.segment.name === 'MSH') continue;
      add(ofType, fate);
      const group = groupOf(cell);
      if (group !== undefined) add(counted(fields, group), fate);
      if (fate === 'lost') lost.push(`${name} ${cell.path()}`);
      if (reason !== undefined && group !== undefined) {
        const why = `${group}: ${reason.replace(/(?<=(?:of|as)) ?[A-Z][A-Z0-9]{2}(\[\d+\])?-\d.*$/, ' another field')}`;
        reasons.set(why, (reasons.get(why) ?? 0) + 1);
      }
    }
    invented.push(...inventedIn(message, mapped, origins).map((leaf) => `${name} ${leaf}`));
  }

  beforeAll(() => {
    for (const { name, message, type, result } of measuredIn(FOLDER)) {
      const words = (issues: readonly Issue[]) =>
        issues.map(({ expression, text }) => `${expression} ${text}`).join(' ');
      if (result.ok) {
        expect(`${name}: ${words(checkStructure(toBundle(result)))}`).toBe(`${name}: `);
        measure(name, type, message, result);
      } else {
        refused.push(`${name} ${type}: ${words(result.issues)}`);
      }
    }
    process.stdout.write(
      `${[
        `${mappedCount} mapped, ${refused.length} refused; filled fields (components) but MSH: all, named by a leaf, listed with a reason, lost, kept`,
        ...[...types].sort().map(([type, count]) => `${line(type, count)}  ${count.mapped} messages`),
        ...[...fields].sort().map(([field, count]) => line(field, count)),
        ...[...origins].map(([origin, count]) => `${String(count).padStart(6)} leaves: ${origin}`),
        ...invented.map((each) => `invented ${each}`),
        ...[...reasons].sort().map(([why, times]) => `listed ${why} (${times} times)`),
        ...refused.map((each) => `refused ${each}`),
        ...lost.map((each) => `lost ${each}`),
      ].join('\n')}\n`,
    );
  });

  test('is mapped, or refused with a place', () => {
    expect(mappedCount).toBeGreaterThanOrEqual(100);
    for (const each of refused) expect(each).toMatch(/: [A-Z][A-Z0-9]{2}\S* /);
  });

  test('loses nothing: each filled field is in the output, or listed with the reason', () => {
    expect(lost).toEqual([]);
  });

  test.each([...SEGMENTS.filter((name) => name !== 'RXA'), ...OBX_FIELDS.map((field) => `OBX-${field}`)])(
    '%s is kept whole',
    (name) => {
      const { named, lost: gone } = fields.get(name) ?? { named: 0, listed: 0, lost: 0 };
      expect(named).toBeGreaterThan(0);
      expect(gone).toBe(0);
    },
  );

  test('invents nothing: the value of each leaf is told by the place it names, or is a constant or derived by a rule', () => {
    expect(invented).toEqual([]);
  });
});
