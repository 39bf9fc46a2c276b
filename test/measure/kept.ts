/** How much of a message is found in the output Bundle: what the measurements of all message types share. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageTypeOf } from '../../mappings/hl7v2/control-id.ts';
import { codeSystemNamed } from '../../mappings/hl7v2/datatypes/cwe.ts';
import type { Cell, Message, Segment } from '../../mappings/hl7v2/message.ts';
import { parseMessage, splitMessages } from '../../mappings/hl7v2/parse.ts';
import { readTime } from '../../mappings/hl7v2/time.ts';
import { ANY_SOURCE } from '../../mappings/mapping.ts';
import { writtenNumber } from '../../profiles/json/decimal.ts';

const FOLDER = join(__dirname, '../../../shared/data/hl7v2');

/** The reference messages are not part of the repository. */
export const describeOrSkip = existsSync(FOLDER) ? describe : describe.skip;

export interface Read {
  /** File, below the folder of reference messages. */
  readonly name: string;
  readonly message: Message;
}

/** Every reference message of the types (`ORU^R01`), in the order of the files. */
export function referenceMessages(...types: readonly string[]): Read[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hl7'));
  return files.sort().flatMap((name) =>
    splitMessages(readFileSync(join(FOLDER, name))).flatMap((bytes) => {
      const parsed = parseMessage(bytes, ANY_SOURCE.charset);
      if (!parsed.ok) return [];
      const { type, event } = messageTypeOf(parsed.message);
      return types.includes(`${type}^${event}`) ? [{ name, message: parsed.message }] : [];
    }),
  );
}

/** Every primitive of a resource as text, numbers as they were written. */
export function textsIn(value: unknown, into: string[] = []): string[] {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'number') into.push(writtenNumber(value, key) ?? String(child));
      else textsIn(child, into);
    }
  }
  return into;
}

/** The filled cells of a field, subcomponents too. */
export const cellsOf = (segment: Segment, field: number): Cell[] =>
  segment.reps(field).flatMap((repetition) =>
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

/** Whether the texts of an output hold what a cell says. */
export const isKept = (cell: Cell, texts: readonly string[]): boolean =>
  formsOf(cell).some((form) => texts.some((text) => text.includes(form)));

export interface Count {
  filled: number;
  kept: number;
}

/** One line of a table: name, filled, kept, share. */
export function line(name: string, { filled, kept }: Count): string {
  const share = filled === 0 ? '-' : `${((100 * kept) / filled).toFixed(1)} %`;
  return `${name.padEnd(8)} ${String(filled).padStart(6)} ${String(kept).padStart(6)}  ${share}`;
}
