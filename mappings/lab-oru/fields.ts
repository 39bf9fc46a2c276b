/** Whole fields as text: for comparing segments and for values whose type is not known here. */
import { Leaf } from '../draft.ts';
import { cellsIn } from '../hl7v2/leaf.ts';
import type { Delimiters, Repetition, Segment } from '../hl7v2/message.ts';

const PLAIN: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };

function textOfRepetition(repetition: Repetition, { component, subcomponent }: Delimiters): string {
  const components: string[] = [];
  for (let at = 1; at <= repetition.componentCount(); at++) {
    let text = repetition.cell(at).text;
    for (let sub = 2; sub <= repetition.subcomponentCount(at); sub++) {
      text += subcomponent + repetition.cell(at, sub).text;
    }
    components.push(text);
  }
  return components.join(component);
}

/** All of a field, with the usual delimiters whatever the message uses. */
export const textOfField = (segment: Segment, field: number): string =>
  segment
    .reps(field)
    .map((repetition) => textOfRepetition(repetition, PLAIN))
    .join(PLAIN.repetition);

export const sameField = (one: Segment, other: Segment, field: number, otherField = field): boolean =>
  textOfField(one, field) === textOfField(other, otherField);

/** Marks every filled cell of a field, with how the output holds what they say. */
export function markField(segment: Segment, field: number, how: string): void {
  for (const repetition of segment.reps(field)) markRepetition(repetition, how);
}

function markRepetition(repetition: Repetition, how?: string): void {
  for (const cell of cellsIn(repetition)) repetition.segment.markUsed(cell, how);
}

/**
 * One repetition as one text; components (`10^9` written without escape) joined as they stood. Undefined when blank.
 * Trailing blanks go, leading ones and lines stay.
 */
export function wholeText(repetition: Repetition, rule: string): Leaf<string> | undefined {
  const simple = repetition.componentCount() <= 1 && repetition.subcomponentCount(1) <= 1;
  const text = simple ? repetition.cell(1).text : textOfRepetition(repetition, PLAIN);
  if (text.trim() === '') return undefined;
  markRepetition(repetition);
  return new Leaf(text.trimEnd(), simple ? repetition.cell(1) : repetition, rule);
}
