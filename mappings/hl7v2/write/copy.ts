/** Fields of a partner's own message that go back to it as it wrote them. */
import type { Leaf } from '../../draft.ts';
import type { Message, Repetition, Segment } from '../message.ts';
import { leafAt } from '../leaf.ts';
import { rep, SheetSegment, type Field, type Rep, type Said } from './sheet.ts';

const RULE = 'write.copy';

const cellOf = (repetition: Repetition, component: number, sub: number): Said => {
  const cell = repetition.cell(component, sub);
  return cell.filled ? leafAt(cell, cell.text, RULE) : undefined;
};

function repetitionOf(repetition: Repetition): Rep | undefined {
  return rep(
    ...Array.from({ length: repetition.componentCount() }, (_, component) =>
      Array.from({ length: Math.max(1, repetition.subcomponentCount(component + 1)) }, (__, sub) =>
        cellOf(repetition, component + 1, sub + 1),
      ),
    ),
  );
}

/** All repetitions of a field; escapes are written anew. */
export const copyField = (segment: Segment | undefined, field: number): Field =>
  segment?.reps(field).map((repetition) => repetitionOf(repetition));

export const copySegment = (segment: Segment): SheetSegment =>
  new SheetSegment(
    segment.name,
    Object.fromEntries(
      Array.from({ length: segment.fieldCount() }, (_, index) => [index + 1, copyField(segment, index + 1)]),
    ),
  );

/** A field of the header of a message, as one text; undefined when it is empty. */
export const headerText = (message: Message | null, field: number): Leaf<string> | undefined => {
  const cell = message?.header.at(field);
  return cell?.filled === true ? leafAt(cell, cell.text, RULE) : undefined;
};
