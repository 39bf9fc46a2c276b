/**
 * Measures, over every ORU^R01 of the reference messages: which filled components of OBX-3, -5, -6, -7, -8 and -11 are
 * found in the output Bundle. Prints a table and the list of what is not. Skipped where the reference data is absent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBundle } from '../../mappings/bundle.ts';
import { messageTypeOf } from '../../mappings/hl7v2/control-id.ts';
import { codeSystemNamed } from '../../mappings/hl7v2/datatypes/cwe.ts';
import type { Cell, Message, Segment } from '../../mappings/hl7v2/message.ts';
import { parseMessage, splitMessages } from '../../mappings/hl7v2/parse.ts';
import { readTime } from '../../mappings/hl7v2/time.ts';
import { labOru } from '../../mappings/lab-oru/mapping.ts';
import { ANY_SOURCE } from '../../mappings/mapping.ts';
import { writtenNumber } from '../../profiles/json/decimal.ts';
import { checkStructure } from '../../profiles/structure.ts';

const FOLDER = join(__dirname, '../../../shared/data/hl7v2');
const FIELDS = [3, 5, 6, 7, 8, 11] as const;

interface Read {
  readonly name: string;
  readonly message: Message;
}

function oruMessages(): Read[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hl7'));
  return files.sort().flatMap((name) =>
    splitMessages(readFileSync(join(FOLDER, name))).flatMap((bytes) => {
      const parsed = parseMessage(bytes, ANY_SOURCE.charset);
      if (!parsed.ok) return [];
      const { type, event } = messageTypeOf(parsed.message);
      return type === 'ORU' && event === 'R01' ? [{ name, message: parsed.message }] : [];
    }),
  );
}

/** Every primitive of a resource as text, numbers as they were written. */
function textsIn(value: unknown, into: string[]): string[] {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'number') into.push(writtenNumber(value, key) ?? String(child));
      else textsIn(child, into);
    }
  }
  return into;
}

const cellsOf = (obx: Segment, field: number): Cell[] =>
  obx.reps(field).flatMap((repetition) =>
    Array.from({ length: repetition.componentCount() }, (_, at) =>
      Array.from({ length: Math.max(1, repetition.subcomponentCount(at + 1)) }, (_unused, sub) =>
        repetition.cell(at + 1, sub + 1),
      ),
    )
      .flat()
      .filter(({ filled, text }) => filled && text.trim() !== ''),
  );

/** What a cell may have become: itself, the URI of a coding system, a FHIR time. */
function formsOf(cell: Cell): string[] {
  const text = cell.text.trim();
  const forms = [text];
  if ([3, 6, 9, 12].includes(cell.component)) forms.push(codeSystemNamed(text, ANY_SOURCE).uri);
  const time = readTime(text, ANY_SOURCE.timezone);
  if (time.kind !== 'unreadable') forms.push(time.text);
  return forms;
}

const describeOrSkip = existsSync(FOLDER) ? describe : describe.skip;

describeOrSkip('every ORU^R01 of the reference messages', () => {
  const lines: string[] = [];
  const counts = new Map(FIELDS.map((field) => [field, { filled: 0, kept: 0 }]));
  let mappedCount = 0;
  let refused = 0;

  beforeAll(() => {
    for (const { name, message } of oruMessages()) {
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
      const texts = textsIn(bundle, []);
      const exact = new Set(texts);
      for (const obx of message.all('OBX')) {
        for (const field of FIELDS) {
          const count = counts.get(field) ?? { filled: 0, kept: 0 };
          for (const cell of cellsOf(obx, field)) {
            count.filled += 1;
            const found = formsOf(cell).some((form) => exact.has(form) || texts.some((text) => text.includes(form)));
            if (found) count.kept += 1;
            else lines.push(`not kept ${name}  ${cell.path()}`);
          }
        }
      }
    }
    const table = [...counts].map(([field, { filled, kept }]) => {
      const share = filled === 0 ? '-' : `${((100 * kept) / filled).toFixed(1)} %`;
      return `OBX-${String(field).padEnd(3)} ${String(filled).padStart(6)} ${String(kept).padStart(6)}  ${share}`;
    });
    const head = `${mappedCount} mapped, ${refused} refused\nfield   filled   kept  share`;
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
