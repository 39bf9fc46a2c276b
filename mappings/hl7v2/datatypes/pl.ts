/** PL, person location (v2-to-FHIR: PL[Location], here as one place with its name). */
import type { Leaf } from '../../draft.ts';
import { leafFrom } from '../leaf.ts';
import type { Cell, Repetition } from '../message.ts';

/** Building, floor, point of care, room, bed; facility and status last. */
const COMPONENTS = [7, 8, 1, 2, 3, 9] as const;

/** The place in the sender's words from large to small (`SEH, K2, B1`); undefined when nothing is filled. */
export function locationName(repetition: Repetition, rule: string): Leaf<string> | undefined {
  const filled = COMPONENTS.map((component) => repetition.cell(component)).filter(({ text }) => text.trim() !== '');
  const [first, ...rest] = filled;
  if (first === undefined) return undefined;
  const facility: Cell = repetition.cell(4);
  const words = [...filled, ...(facility.filled ? [facility] : [])].map(({ text }) => text.trim());
  return leafFrom([first, ...rest, ...(facility.filled ? [facility] : [])], words.join(', '), rule);
}
