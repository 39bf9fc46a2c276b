/** Nothing clinical is dropped: what no rule placed travels as an extension naming its place in the message. */
import type { Extension } from 'fhir/r4.js';
import { wkProfile } from '../../../profiles/canonical.ts';
import { constant, derived, Leaf, type Draft } from '../../draft.ts';
import type { Unused } from '../../mapping.ts';
import { formattedOf } from '../leaf.ts';
import type { Cell, Message, Segment } from '../message.ts';
import { NOT_CARRIED_FIELDS, NOT_CARRIED_SEGMENTS } from './not-carried.ts';

export const SOURCE_FIELD = wkProfile('source-field');

/**
 * Every filled cell of the segments that no leaf used yet, except those `notCarried` names, as an extension
 * `wk-source-field` with `path` and `value`. Call it after all other parts of the resource are made.
 */
export const carryRemainders = (segments: readonly (Segment | undefined)[], rule: string): Draft<Extension>[] =>
  segments
    .flatMap((segment) => segment?.unusedCells() ?? [])
    .flatMap((cell) => (notCarried(cell) === undefined ? carry(cell, rule) : []));

/** The same for segments that are only here to be billed by elsewhere: here the patient's own, so they travel (GT1, IN1). */
export const carryWhole = (segments: readonly (Segment | undefined)[], rule: string): Draft<Extension>[] =>
  segments
    .flatMap((segment) => segment?.unusedCells() ?? [])
    .flatMap((cell) =>
      NOT_CARRIED_FIELDS[`${cell.segment.name}-${cell.field}`] === undefined ? carry(cell, rule) : [],
    );

function carry(cell: Cell, rule: string): Draft<Extension>[] {
  const value = formattedOf(cell, rule);
  if (value === undefined) return [];
  const path = new Leaf(cell.path(), cell, rule);
  return [
    {
      url: constant(SOURCE_FIELD, rule),
      extension: [
        { url: constant('path', rule), valueString: path },
        { url: constant('value', rule), valueString: value },
      ],
    },
  ];
}

/** Why a place does not travel: transport, counting, billing; undefined when it must travel. */
function notCarried(cell: Cell): string | undefined {
  const { name } = cell.segment;
  return NOT_CARRIED_FIELDS[`${name}-${cell.field}`] ?? NOT_CARRIED_SEGMENTS[name];
}

/**
 * Filled places of the message that no leaf names, each with the reason; call it after the mapping has run.
 * @param otherwise why the mapping takes no more of the message than it does
 */
export function unusedOf(message: Message, otherwise?: string): Unused[] {
  return message.segments.flatMap((segment) =>
    segment.filledCells().flatMap((cell) => {
      const how = segment.howUsed(cell);
      if (how === '') return [];
      const blank = cell.text.trim() === '' ? 'holds nothing but blanks' : undefined;
      const reason = how ?? notCarried(cell) ?? blank ?? otherwise ?? `no place for ${segment.name} in this mapping`;
      return [{ source: cell.path(), reason }];
    }),
  );
}

/** A text about a cell that was changed on its way, as an extension beside it (used where a profile wants other words). */
export const sourceField = (path: string, value: string, rule: string): Draft<Extension> => ({
  url: constant(SOURCE_FIELD, rule),
  extension: [
    { url: constant('path', rule), valueString: derived(path, rule) },
    { url: constant('value', rule), valueString: derived(value, rule) },
  ],
});
