/**
 * HL7 null (`""`): the sender says "take it away", which an empty field never says. A FHIR resource has no word for it: the
 * element is left out, and an extension `wk-source-field` names the place with the value `""`, so that a receiver can tell
 * what was taken away from what was not spoken of.
 */
import type { Extension } from 'fhir/r4.js';
import { constant, Leaf, type Draft } from '../../draft.ts';
import type { Place } from '../../draft.ts';
import type { Segment } from '../message.ts';
import { SOURCE_FIELD } from './remainder.ts';

/** One extension per null repetition, and per null component of a repetition that says more. */
export const deletions = (segments: readonly (Segment | undefined)[], rule: string): Draft<Extension>[] =>
  segments
    .flatMap((segment) => (segment === undefined ? [] : nullsIn(segment)))
    .map((place) => deletion(place.path(), place, rule));

/** That `path` is taken away, as `place` says. */
export const deletion = (path: string, place: Place, rule: string): Draft<Extension> => ({
  url: constant(SOURCE_FIELD, rule),
  extension: [
    { url: constant('path', rule), valueString: new Leaf(path, place, rule) },
    { url: constant('value', rule), valueString: new Leaf('""', place, rule) },
  ],
});

function nullsIn(segment: Segment): Place[] {
  const places: Place[] = [];
  for (let field = 1; field <= segment.fieldCount(); field++) {
    for (const repetition of segment.reps(field)) {
      if (repetition.isNull) {
        places.push(repetition);
        continue;
      }
      if (!repetition.raw.includes('""')) continue;
      for (let component = 1; component <= repetition.componentCount(); component++) {
        const count = Math.max(1, repetition.subcomponentCount(component));
        for (let sub = 1; sub <= count; sub++) {
          const cell = repetition.cell(component, sub);
          if (cell.isNull) places.push(cell);
        }
      }
    }
  }
  return places;
}
