/** NTE to Annotation (v2-to-FHIR: NTE[Observation], NTE[ServiceRequest]). */
import type { Annotation } from 'fhir/r4.js';
import type { Draft } from '../../draft.ts';
import { leafFrom } from '../leaf.ts';
import type { Segment } from '../message.ts';

/** One annotation per NTE in order; repetitions of NTE-3 are lines of one comment. Empty ones vanish. */
export function annotations(notes: readonly Segment[], rule: string): Draft<Annotation>[] {
  return notes.flatMap((note) => {
    const [first, ...rest] = note.reps(3).map((repetition) => repetition.cell(1));
    if (first === undefined) return [];
    const text = [first, ...rest].map((cell) => cell.text.trimEnd()).join('\n');
    return text.trim() === '' ? [] : [{ text: leafFrom([first, ...rest], text, rule) }];
  });
}
