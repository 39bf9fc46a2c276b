/**
 * Measures, over every HL7 v2 message of the reference data, what becomes of each filled field: named by a leaf of the
 * output (its source), or listed by `--explain` with a reason; anything else is lost. And the other way round: every leaf
 * of the output is from a place of the message, a constant, the region, or a rule that derives it; nothing is invented.
 * Prints a table by message type and by field, and the reasons. Skipped where the reference data is absent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v2TypeOf } from '../../gateway/flows/v2-types.ts';
import { explainBundle, toBundle } from '../../mappings/bundle.ts';
import { messageTypeOf } from '../../mappings/hl7v2/control-id.ts';
import type { Cell, Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage, splitMessages } from '../../mappings/hl7v2/parse.ts';
import { ANY_SOURCE, type Mapped, type MappingResult } from '../../mappings/mapping.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { fatesOf, type Fate } from '../mappings/accounted.ts';
import { leavesOf } from '../mappings/coalition.ts';

const FOLDER = join(__dirname, '../../../shared/data/hl7v2');
const context = { source: ANY_SOURCE, region: null };

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

/** What the contract asks of a referral and an American one does not say, so that the rest can be measured. */
const completed = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(bytes)
      .toString('utf8')
      .trimEnd()
      .replace(/(PID\|[^|]*\|[^|]*\|)/, '$1999911120^^^NLMINBIZA^NNNLD~')
      .concat('\rPRD|RESP~81.000^^UZI|Bakker^P\rOBX|99|CWE|TIER^^WK||wijkkliniek-light^^WK\r'),
  );

function mapOne(bytes: Uint8Array): { message: Message; type: string; result: MappingResult } | undefined {
  const parsed = parseMessage(bytes, ANY_SOURCE.charset);
  if (!parsed.ok) return undefined;
  const { message } = parsed;
  const { type, event } = messageTypeOf(message);
  const typed = v2TypeOf(type, event);
  const issues = [
    { severity: 'error', code: 'not-supported', expression: 'MSH-9', rule: 'no-flow', text: 'no flow' },
  ] as const;
  return {
    message,
    type: `${type}^${event}`,
    result: typed.ok ? typed.type.mapping.map(message, context) : { ok: false, issues },
  };
}

(existsSync(FOLDER) ? describe : describe.skip)('every message of the reference data', () => {
  const types = new Map<string, Count & { mapped: number; refused: number }>();
  const fields = new Map<string, Count>();
  const reasons = new Map<string, number>();
  const refused: string[] = [];
  const lost: string[] = [];
  const invented: string[] = [];
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
    invented.push(...inventedIn(name, message, mapped));
  }

  /** Leaves without a source, or with one that is no filled place of the message. */
  function inventedIn(name: string, message: Message, mapped: Mapped): string[] {
    const told = explainBundle(mapped);
    const paths = new Set(
      message.segments.flatMap((segment) =>
        Array.from({ length: segment.fieldCount() }, (_, index) => index + 1).flatMap((field) =>
          segment
            .reps(field)
            .flatMap((repetition) => [
              repetition.path(),
              ...Array.from({ length: Math.max(1, repetition.componentCount()) }, (_, component) =>
                Array.from({ length: Math.max(1, repetition.subcomponentCount(component + 1)) }, (_unused, sub) =>
                  repetition.cell(component + 1, sub + 1).path(),
                ),
              ).flat(),
            ]),
        ),
      ),
    );
    const wrong = told
      .filter(
        ({ source, rule }) => rule === '' || !(['constant', 'derived', 'region'].includes(source) || paths.has(source)),
      )
      .map(({ path, source }) => `${name} ${path} from ${source}`);
    const untold = leavesOf(toBundle(mapped), 'Bundle').filter((path) => !told.some((one) => one.path === path));
    return [...wrong, ...untold.map((path) => `${name} ${path} from nowhere`)];
  }

  beforeAll(() => {
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hl7'));
    for (const name of files.sort()) {
      for (const bytes of splitMessages(readFileSync(join(FOLDER, name)))) {
        const one = mapOne(bytes);
        if (one === undefined) continue;
        const again = one.type === 'REF^I12' && !one.result.ok ? mapOne(completed(bytes)) : undefined;
        const { message, type, result } = again ?? one;
        if (result.ok) {
          expect(
            checkStructure(toBundle(result)).map(({ expression, text }) => `${name} ${expression} ${text}`),
          ).toEqual([]);
          measure(name, type, message, result);
        } else {
          refused.push(
            `${name} ${type}: ${result.issues.map(({ expression, text }) => `${expression} ${text}`).join(' ')}`,
          );
        }
      }
    }
    process.stdout.write(
      `${[
        `${mappedCount} mapped, ${refused.length} refused; filled fields (components) but MSH: all, named by a leaf, listed with a reason, lost, kept`,
        ...[...types].sort().map(([type, count]) => `${line(type, count)}  ${count.mapped} messages`),
        ...[...fields].sort().map(([field, count]) => line(field, count)),
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

  test('invents nothing: each leaf of the output has a place in the message, or is a constant or derived by a rule', () => {
    expect(invented).toEqual([]);
  });
});
