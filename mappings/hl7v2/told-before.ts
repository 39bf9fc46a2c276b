/**
 * One number, one entry: a professional, an organisation or a place that a message tells of again. What the second telling
 * repeats is listed by `map --explain` as said before; what it says otherwise is left to travel where it stands.
 */
import type { BundleDraft } from '../bundle.ts';
import { cellsIn, sameAs } from './leaf.ts';
import type { Repetition } from './message.ts';

/**
 * @param entry what was told of, by its fullUrl
 * @param fields the repetitions that tell of it, in the same order each time
 */
export function toldBefore(bundle: BundleDraft, entry: string, fields: readonly Repetition[]): void {
  const before = bundle.told.get(entry);
  if (before === undefined) {
    bundle.told.set(entry, fields);
    return;
  }
  fields.forEach((field, index) => {
    const first = before[index];
    if (first !== undefined) saidAgain(first, field);
  });
}

/** What `again` repeats of `first` is marked so; what it says otherwise is released. The same place twice is no repeat. */
export function saidAgain(first: Repetition, again: Repetition): void {
  if (first.segment === again.segment && first.path() === again.path()) return;
  for (const cell of cellsIn(again)) {
    const same = first.cell(cell.component, cell.subcomponent);
    if (same.text.trim() === cell.text.trim()) cell.segment.markUsed(cell, sameAs(same));
    else cell.segment.release(cell);
  }
}
