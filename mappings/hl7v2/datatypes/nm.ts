/** NM to FHIR decimal. */
import { Leaf } from '../../draft.ts';
import type { Cell } from '../message.ts';

/**
 * The number with the precision it was written in (`5.60` stays `5.60`). A plus sign, zeros in front and a bare point are
 * part of HL7's notation and not of the number (HL7 v2.5 §2.A.47); FHIR writes none of them. `5,60`, `<5`, `1e3` and text
 * are no numbers: undefined, the cell stays unused and the caller keeps the text.
 */
export function decimalOf(cell: Cell, rule: string): Leaf<number> | undefined {
  const written = decimalIn(cell.text);
  if (written === undefined) return undefined;
  cell.segment.markUsed(cell);
  return new Leaf(Number(written), cell, rule, undefined, written);
}

export const isDecimal = (text: string): boolean => decimalIn(text) !== undefined;

/** An NM as FHIR writes a decimal. */
function decimalIn(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim()) ?? [];
  if ((whole === '' && fraction === '') || text.length > 64) return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === '-' ? '-' : ''}${digits}${fraction === '' ? '' : `.${fraction}`}`;
}
