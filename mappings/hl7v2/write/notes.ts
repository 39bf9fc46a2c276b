/** NTE: comments of people, and what no field took. */
import type { Annotation } from 'fhir/r4.js';
import { constant, type Leaf } from '../../draft.ts';
import { rep, SheetSegment } from './sheet.ts';
import { each, type Spot } from './spot.ts';
import { writeTime } from '../time.ts';
import type { V2Partner } from './partner.ts';

const RULE = 'write.nte';

/** One NTE with each text as a repetition of NTE-3; none without texts. */
export const notes = (texts: readonly Leaf<string>[], from = 1): SheetSegment[] =>
  texts.length === 0
    ? []
    : [new SheetSegment('NTE', { 1: constant(String(from), RULE), 3: texts.map((text) => rep(text)) })];

/** What was noted, who noted it when behind it. */
export function annotations(list: Spot<Annotation[]>, partner: V2Partner): Leaf<string>[] {
  return each(list).flatMap((note) => {
    const by = [
      note.at('authorString').said(RULE),
      note.at('authorReference').at('display').said(RULE),
      note.at('time').saidAs(RULE, (text) => writeTime(text, partner.timezone)),
    ];
    return [note.at('text').said(RULE), ...by].filter((leaf) => leaf !== undefined);
  });
}
