/** From cells to leaves of a draft: each leaf names its cell, and the cell counts as used. */
import { Leaf, type Place } from '../draft.ts';
import type { SourceSettings, Warning } from '../mapping.ts';
import type { Cell, Repetition } from './message.ts';

/** What data types must know of a message's origin, and where they say what a person must hear. */
export interface Reading {
  readonly source: SourceSettings;
  readonly warnings: Warning[];
}

export const readingFor = (source: SourceSettings): Reading => ({ source, warnings: [] });

/** A leaf whose value was made from this cell (a table looked up, a date rewritten). Marks the cell as used. */
export function leafAt<T extends string | number | boolean>(
  cell: Cell,
  value: T,
  rule: string,
  terminology?: string,
): Leaf<T> {
  cell.segment.markUsed(cell);
  return new Leaf(value, cell, rule, terminology);
}

/** ST and other plain text, without blanks around it; undefined when absent, null (`""`) or blank. */
export function textOf(cell: Cell, rule: string): Leaf<string> | undefined {
  const text = cell.text.trim();
  return text === '' ? undefined : leafAt(cell, text, rule);
}

/** TX and FT: lines and leading blanks are kept, they make a table readable. */
export function formattedOf(cell: Cell, rule: string): Leaf<string> | undefined {
  const text = cell.text.trimEnd();
  return text.trim() === '' ? undefined : leafAt(cell, text, rule);
}

/** ID, IS and codes: FHIR `code` allows single blanks inside only. */
export function codeOf(cell: Cell, rule: string): Leaf<string> | undefined {
  const code = cell.text.trim().replace(/\s+/g, ' ');
  return code === '' ? undefined : leafAt(cell, code, rule);
}

/** A code through a fixed table; undefined, and the cell left unused, when the table does not hold it. */
export function lookedUp<T extends string>(
  cell: Cell,
  table: Readonly<Record<string, T>>,
  rule: string,
): Leaf<T> | undefined {
  const key = cell.text.trim();
  return Object.hasOwn(table, key) ? leafAt(cell, table[key] as T, rule) : undefined;
}

/** ID of table 0136: Y or N; anything else is undefined. */
export function flagOf(cell: Cell, rule: string): Leaf<boolean> | undefined {
  const flag = cell.text.trim().toUpperCase();
  return flag === 'Y' || flag === 'N' ? leafAt(cell, flag === 'Y', rule) : undefined;
}

/** Several cells read together as one value: the first names the source, the others are told to stand with it. */
export function leafFrom<T extends string | number | boolean>(
  cells: readonly [Cell, ...Cell[]],
  value: T,
  rule: string,
): Leaf<T> {
  const [first, ...others] = cells;
  first.segment.markUsed(first);
  for (const cell of others) cell.segment.markUsed(cell, toldWith(first));
  return new Leaf(value, first, rule);
}

/** Several texts, each read by itself, as one: the first names the source, the places of the others stand with it. */
export function joinedLeaf(
  leaves: readonly [Leaf<string>, ...Leaf<string>[]],
  text: string,
  rule: string,
): Leaf<string> {
  const [{ place }, ...others] = leaves;
  for (const other of others) markPlace(other.place, toldWith(place));
  return new Leaf(text, place, rule);
}

function markPlace(place: Place | Cell | Repetition, how: string): void {
  if (!('segment' in place)) return;
  const cells = 'componentCount' in place ? cellsIn(place) : [place];
  for (const cell of cells) cell.segment.markUsed(cell, how);
}

/** The filled cells of a repetition, in order. */
export const cellsIn = (repetition: Repetition): Cell[] =>
  Array.from({ length: repetition.componentCount() }, (_, component) =>
    Array.from({ length: Math.max(1, repetition.subcomponentCount(component + 1)) }, (_unused, sub) =>
      repetition.cell(component + 1, sub + 1),
    ),
  )
    .flat()
    .filter(({ filled }) => filled);

/** Why no leaf names a cell: the leaf of another place holds what it says. */
export const toldWith = (place: Place): string => `part of the value of ${place.path()}`;
/** The same is said in another place, which a leaf names. */
export const sameAs = (place: Place): string => `says the same as ${place.path()}`;
