/** NM to FHIR decimal. */
import { Leaf } from '../../draft.ts';
import type { Cell } from '../message.ts';

/**
 * The number with the precision it was written in (`5.60` stays `5.60`), by FHIR's decimal grammar without exponent.
 * `5,60`, `+5`, `<5`, `05` and text are no numbers: undefined, the cell stays unused and the caller keeps the text.
 */
export function decimalOf(cell: Cell, rule: string): Leaf<number> | undefined {
  const text = cell.text.trim();
  if (!isDecimal(text)) return undefined;
  cell.segment.markUsed(cell);
  return new Leaf(Number(text), cell, rule, undefined, text);
}

export const isDecimal = (text: string): boolean => /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && text.length <= 64;
