/** NTE to one Annotation: nl-core results hold at most one, so comments follow each other on lines of their own. */
import type { Annotation } from 'fhir/r4.js';
import type { Draft, Leaf } from '../draft.ts';
import { formattedOf, joinedLeaf } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';

/** NTE-3 of several segments, each repetition a line; and lines that stand in other fields. */
export function note(
  segments: readonly Segment[],
  rule: string,
  first: readonly (Leaf<string> | undefined)[] = [],
): Draft<Annotation>[] {
  const lines = [
    ...first,
    ...segments.flatMap((nte) => nte.reps(3).map((repetition) => formattedOf(repetition.cell(1), rule))),
  ].filter((line) => line !== undefined);
  const [leaf, ...others] = lines;
  if (leaf === undefined) return [];
  const text = lines.map(({ value }) => value).join('\n');
  return [{ text: others.length === 0 ? leaf : joinedLeaf([leaf, ...others], text, rule) }];
}
