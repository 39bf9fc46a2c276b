/**
 * Measures, over every ADT, REF^I12 and MDM^T02 of the reference messages: which filled components of PID, PV1, AL1, DG1,
 * IN1, NK1 and PRD are found in the output Bundle. A referral without tier, regiebehandelaar and BSN (as American ones are)
 * is refused; it is measured with these three put in. Prints a table and the list of what is not found, with the reason the
 * mapping gives. Skipped where the reference data is absent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminAdt } from '../../mappings/admin-adt/mapping.ts';
import { toBundle } from '../../mappings/bundle.ts';
import { documentMdm } from '../../mappings/document-mdm/mapping.ts';
import { messageTypeOf } from '../../mappings/hl7v2/control-id.ts';
import { codeSystemNamed } from '../../mappings/hl7v2/datatypes/cwe.ts';
import type { Cell, Message, Segment } from '../../mappings/hl7v2/message.ts';
import { parseMessage, splitMessages } from '../../mappings/hl7v2/parse.ts';
import { readTime } from '../../mappings/hl7v2/time.ts';
import { ANY_SOURCE, type Mapping } from '../../mappings/mapping.ts';
import { referralV2 } from '../../mappings/referral-v2/mapping.ts';
import { writtenNumber } from '../../profiles/json/decimal.ts';
import { checkStructure } from '../../profiles/structure.ts';

const FOLDER = join(__dirname, '../../../shared/data/hl7v2');
const SEGMENTS = ['PID', 'PV1', 'AL1', 'DG1', 'IN1', 'NK1', 'PRD'] as const;
type Name = (typeof SEGMENTS)[number];
const EVENTS: Readonly<Record<string, Mapping<Message>>> = {
  ...Object.fromEntries(['A01', 'A03', 'A04', 'A08', 'A31', 'A40'].map((event) => [`ADT^${event}`, adminAdt])),
  'REF^I12': referralV2,
  'MDM^T02': documentMdm,
};
const context = { source: ANY_SOURCE, region: null };

interface Read {
  readonly name: string;
  readonly type: string;
  readonly mapping: Mapping<Message>;
  readonly bytes: Uint8Array;
}

function messages(): Read[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hl7'));
  return files.sort().flatMap((name) =>
    splitMessages(readFileSync(join(FOLDER, name))).flatMap((bytes) => {
      const parsed = parseMessage(bytes, ANY_SOURCE.charset);
      if (!parsed.ok) return [];
      const { type, event } = messageTypeOf(parsed.message);
      const mapping = EVENTS[`${type}^${event}`];
      return mapping === undefined ? [] : [{ name, type: `${type}^${event}`, mapping, bytes }];
    }),
  );
}

function read(bytes: Uint8Array): Message {
  const parsed = parseMessage(bytes, ANY_SOURCE.charset);
  if (!parsed.ok) throw new Error(parsed.issue.text);
  return parsed.message;
}

/** What the contract asks of a referral and this one does not say, so that the rest can be measured. */
const completed = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(bytes)
      .toString('utf8')
      .trimEnd()
      .replace(/(PID\|[^|]*\|[^|]*\|)/, '$1999911120^^^NLMINBIZA^NNNLD~')
      .concat('\rPRD|RESP~81.000^^UZI|Bakker^P\rOBX|99|CWE|TIER^^WK||wijkkliniek-light^^WK\r'),
  );

/** Every primitive of a resource as text, numbers as they were written. */
function textsIn(value: unknown, into: string[]): string[] {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'boolean') into.push(String(value));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'number') into.push(writtenNumber(value, key) ?? String(child));
      else textsIn(child, into);
    }
  }
  return into;
}

const cellsOf = (segment: Segment): Cell[] =>
  Array.from({ length: segment.fieldCount() }, (_, index) => index + 1).flatMap((field) =>
    segment.reps(field).flatMap((repetition) =>
      Array.from({ length: repetition.componentCount() }, (_, at) =>
        Array.from({ length: Math.max(1, repetition.subcomponentCount(at + 1)) }, (_unused, sub) =>
          repetition.cell(at + 1, sub + 1),
        ),
      )
        .flat()
        .filter(({ filled, text }) => filled && text.trim() !== ''),
    ),
  );

/** Words of a code list that the output says in FHIR's words. */
const TRANSLATED: Readonly<Record<string, readonly string[]>> = {
  'PID-8': ['male', 'female', 'other', 'unknown'],
  'NK1-15': ['male', 'female', 'other', 'unknown'],
  'PID-30': ['true', 'false'],
  'PID-24': ['true', 'false'],
  'PV1-2': ['EMER', 'IMP', 'AMB', 'PRENC'],
};

/** What a cell may have become: itself, the URI of its coding system, its use in FHIR's words, a FHIR time. */
function isFound(cell: Cell, texts: readonly string[], exact: ReadonlySet<string>): boolean {
  const text = cell.text.trim();
  const forms = [text, codeSystemNamed(text, ANY_SOURCE).uri, encodeURIComponent(text), text.replace(/\D/g, '#')];
  const time = readTime(text, ANY_SOURCE.timezone);
  if (time.kind !== 'unreadable') forms.push(time.text, time.text.slice(0, 10));
  const table = TRANSLATED[`${cell.segment.name}-${cell.field}`];
  if (table?.some((word) => exact.has(word)) === true) return true;
  return forms.some((form) => exact.has(form) || (form.length > 1 && texts.some((one) => one.includes(form))));
}

interface Count {
  filled: number;
  kept: number;
  /** Read by a rule, and in the output in FHIR's words (`L` official, `PRN` home). */
  reworded: number;
  explained: number;
}

(existsSync(FOLDER) ? describe : describe.skip)('every ADT, REF^I12 and MDM^T02 of the reference messages', () => {
  const counts = new Map<Name, Count>(
    SEGMENTS.map((name) => [name, { filled: 0, kept: 0, reworded: 0, explained: 0 }]),
  );
  const lost: string[] = [];
  const refused: string[] = [];
  const reasons = new Map<string, number>();
  const reworded = new Map<string, string[]>();
  const mapped = new Map<string, number>();

  function measure(name: string, message: Message, mapping: Mapping<Message>): boolean {
    const result = mapping.map(message, context);
    if (!result.ok) {
      refused.push(`${name}  ${result.issues.map(({ expression, text }) => `${expression}: ${text}`).join(' ')}`);
      return false;
    }
    const bundle = toBundle(result);
    expect(checkStructure(bundle).map(({ expression, text }) => `${name} ${expression} ${text}`)).toEqual([]);
    const unused = new Map(result.unused().map(({ source, reason }) => [source, reason]));
    const texts = textsIn(bundle, []);
    const exact = new Set(texts);
    for (const segment of SEGMENTS.flatMap((one) => message.all(one))) {
      const count = counts.get(segment.name as Name);
      for (const cell of count === undefined ? [] : cellsOf(segment)) {
        if (count === undefined) continue;
        count.filled += 1;
        const reason = unused.get(cell.path());
        if (isFound(cell, texts, exact)) count.kept += 1;
        else if (reason === undefined) {
          count.reworded += 1;
          const place = `${segment.name}-${cell.field}.${cell.component}`;
          reworded.set(place, [...(reworded.get(place) ?? []), `${cell.text.trim()} (${name})`]);
        } else if (/^(counts|billing|record)/.test(reason)) {
          count.explained += 1;
          const place = `${segment.name}-${cell.field}  ${reason}`;
          reasons.set(place, (reasons.get(place) ?? 0) + 1);
        } else lost.push(`${name}  ${cell.path()}  ${reason}`);
      }
    }
    return true;
  }

  beforeAll(() => {
    for (const { name, type, mapping, bytes } of messages()) {
      const ok = measure(name, read(bytes), mapping);
      if (ok) mapped.set(type, (mapped.get(type) ?? 0) + 1);
      else if (type === 'REF^I12') measure(`${name} (completed)`, read(completed(bytes)), mapping);
    }
    const table = [...counts].map(([name, { filled, kept, reworded: said, explained }]) => {
      const share = filled === 0 ? '-' : `${((100 * (kept + said)) / filled).toFixed(1)} %`;
      return `${name}  ${[filled, kept, said, explained].map((one) => String(one).padStart(6)).join(' ')}  ${share}`;
    });
    const why = [...reasons].sort().map(([place, times]) => `not carried ${place} (${times} times)`);
    process.stdout.write(
      `${[
        `mapped: ${[...mapped].map(([type, times]) => `${type} ${times}`).join(', ')}; refused: ${refused.length}`,
        'segment filled, found as sent, in FHIR words, not carried, share found',
        ...table,
        ...why,
        ...[...reworded].map(
          ([place, texts]) => `in FHIR words ${place}: ${[...new Set(texts)].slice(0, 4).join('; ')}`,
        ),
        ...refused.map((line) => `refused ${line}`),
        ...lost.map((line) => `lost ${line}`),
      ].join('\n')}\n`,
    );
  });

  test('is mapped, or refused with a place', () => {
    expect([...mapped.values()].reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(20);
    for (const line of refused) expect(line).toMatch(/ {2}[A-Z][A-Z0-9]{2}\S*: /);
  });

  test('keeps every value, but for counting, billing and record administration', () => {
    expect(lost).toEqual([]);
  });

  test.each(SEGMENTS)('%s values are found', (name) => {
    const none = { filled: 0, kept: 0, reworded: 0, explained: -1 };
    const { filled, kept, reworded: said, explained } = counts.get(name) ?? none;
    expect(filled).toBeGreaterThan(0);
    expect(kept + said + explained).toBe(filled);
  });
});
