/** Amounts that nobody can read as a number (`2,5`, `1-2`): whoever gives them must still see them. */
import type { Leaf } from '../draft.ts';
import { leafFrom } from '../hl7v2/leaf.ts';
import type { Cell, Repetition } from '../hl7v2/message.ts';

/** @returns `Dosis: 2,5 mg` in the sender's own notation; undefined when no amount is filled */
export function amountInWords(
  what: string,
  amounts: readonly (Cell | undefined)[],
  unit: Repetition | undefined,
  rule: string,
): Leaf<string> | undefined {
  const [first, ...others] = amounts.filter((cell): cell is Cell => cell?.filled === true);
  if (first === undefined) return undefined;
  // A bare number is the code of a unit (245 is stuk): beside the amount it would be read as one.
  const word = [unit?.cell(2), unit?.cell(1)].find((cell) => cell?.filled === true && !/^\s*\d+\s*$/.test(cell.text));
  const number = [first, ...others].map(({ text }) => text.trim()).join(' - ');
  const text = `${what}: ${[number, word?.text.trim()].filter((part) => part !== undefined).join(' ')}`;
  return leafFrom([first, ...others, ...(word ? [word] : [])], text, rule);
}
