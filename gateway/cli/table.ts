/** `map --format table`: what the message says beside what became of it. The values are the integrator's own file's. */
import type { Mapped } from '../../mappings/mapping.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { writtenNumber } from '../../profiles/json/decimal.ts';
import { explanationOf } from '../flows/explain.ts';
import type { Reading } from '../flows/reading.ts';

const WIDEST = 40;
const HEAD = ['source', 'says', 'becomes', 'value', 'rule'] as const;

/** Not of the message: what the mapping lays down, computes, or takes from the region file. */
const OWN: ReadonlySet<string> = new Set(['constant', 'derived', 'region']);

/** Lines of the table: first what reached the Bundle, in its order, then what did not, and why. */
export function tableOf(reading: Extract<Reading, { ok: true }>, mapped: Mapped, bundle: unknown): string[] {
  const { values, unused } = explanationOf(mapped);
  const said = (place: string): string =>
    reading.kind === 'hl7v2'
      ? cellText(reading.message, place)
      : textAt(reading.kind === 'fhir' ? reading.bundle : reading.json, place);
  const rows = [
    ...values
      .filter(({ source }) => !OWN.has(source))
      .map(({ path, source, rule, terminology }) => [
        source,
        said(source),
        path,
        textAt(bundle, path),
        terminology === null ? rule : `${rule} (${terminology})`,
      ]),
    ...unused.map(({ source, reason }) => [source, said(source), '-', '-', reason]),
  ].map((row) => row.map(plain));
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => Math.min(row[column]?.length ?? 0, column === 2 ? Infinity : WIDEST))),
  );
  return [[...HEAD], ...rows].map((row) =>
    row
      .map((text, column) => (column === HEAD.length - 1 ? text : cut(text, widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** A message may hold anything, and a terminal obeys control characters. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

const PLACE = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?-(\d+)(?:\[(\d+)\])?(?:\.(\d+))?(?:\.(\d+))?$/;

/** The text at `OBX[3]-5.1`; of a whole repetition as it was written. */
function cellText(message: Message, place: string): string {
  const [, name = '', ordinal = '1', field, repetition = '1', component, subcomponent = '1'] = PLACE.exec(place) ?? [];
  const segment = message.all(name)[Number(ordinal) - 1];
  if (segment === undefined || field === undefined) return '';
  const found = segment.rep(Number(field), Number(repetition));
  return component === undefined ? found.raw : found.cell(Number(component), Number(subcomponent)).text;
}

/** The value at `$.patient.bsn` or `Bundle.entry[2].resource.id`: numbers as they were written. */
function textAt(root: unknown, path: string): string {
  let parent: unknown;
  let key = '';
  let value = root;
  for (const [, name, index] of path.replace(/^[^.[]+/, '').matchAll(/\.([^.[]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return '';
    parent = value;
    key = name ?? index ?? '';
    value = Reflect.get(value, key);
  }
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  const written = typeof parent === 'object' && parent !== null ? writtenNumber(parent, key) : undefined;
  return written ?? JSON.stringify(value);
}
