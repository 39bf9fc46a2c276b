/** A unit beside a value that is text (`5.6` sent as ST) has no element of its own; a reader must still see it. */
import { Leaf } from '../draft.ts';
import { textOf } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { powerUnit } from './power-unit.ts';
import type { ReadValue } from './value.ts';

export const isEmpty = ({ value, several, attachments }: ReadValue): boolean =>
  Object.keys(value).length === 0 && several.length === 0 && attachments.length === 0;

/** `Eenheid: mmol/l`; undefined when the unit has its place, or there is no value. */
export function unitInWords(obx: Segment, read: ReadValue, rule: string): Leaf<string> | undefined {
  if (!obx.rep(6).filled || read.allMeasured || isEmpty(read)) return undefined;
  const text = powerUnit(obx.rep(6), rule) ?? textOf(obx.at(6), rule) ?? textOf(obx.at(6, 2), rule);
  return text && new Leaf(`Eenheid: ${text.value}`, text.place, text.rule);
}
