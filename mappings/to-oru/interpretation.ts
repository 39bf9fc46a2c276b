/** Reference ranges and flags to OBX-7 and -8: the inverse of `lab-oru/range.ts` and `flags.ts`. */
import type { CodeableConcept, Observation, ObservationComponent } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { Leaf } from '../draft.ts';
import { rep, type Rep } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import { v2Table } from '../terminology/translate.ts';

const RULE = 'to-oru.interpretation';

const IN_TEXT = 'said in the text of the range, in the unit of OBX-6';

/** The text as it was said; limits it does not tell as `3.5-5.0`, `>=3.5`, `<=5.0`. For whom a range is stays unread. */
export function ranges(of: Spot<Observation> | Spot<ObservationComponent>): (Rep | undefined)[] {
  return each((of as Spot<ObservationComponent>).at('referenceRange')).map((range) => {
    const text = range.at('text').said(RULE);
    const [low, high] = [range.at('low'), range.at('high')].map((limit) => {
      const value = limit.at('value').saidIn(IN_TEXT, RULE);
      limit.pass(IN_TEXT);
      return value?.value;
    });
    const told = [low, high].every((limit) => limit === undefined || text?.value.includes(limit) === true);
    if (text !== undefined && told) return rep(text);
    const both = low !== undefined && high !== undefined;
    const limits = both ? `${low}-${high}` : low !== undefined ? `>=${low}` : high !== undefined ? `<=${high}` : '';
    if (text === undefined) return limits === '' ? undefined : rep(new Leaf(limits, range, RULE));
    return rep(new Leaf(`${text.value} (${limits})`, text.place, RULE));
  });
}

/** The code of HL7's own list; the same flag in another list says no more. A flag in words stays unread. */
export function flags(of: Spot<Observation> | Spot<ObservationComponent>): (Rep | undefined)[] {
  return each((of as Spot<ObservationComponent>).at('interpretation')).map((concept: Spot<CodeableConcept>) => {
    const codings = each(concept.at('coding'));
    const flag = codings.find(({ value }) => FLAGS.includes(value?.system ?? ''));
    const code = flag?.at('code').said(RULE) ?? undefined;
    if (code === undefined) return undefined;
    for (const coding of codings) {
      if (coding === flag || coding.value?.system === SYSTEM.snomed) coding.pass('the flag says it');
    }
    return rep(code);
  });
}

const FLAGS: readonly string[] = [SYSTEM.interpretation, v2Table('0078')];
