/** Reference ranges and flags to OBX-7 and -8: the inverse of `lab-oru/range.ts` and `flags.ts`. */
import type { CodeableConcept, Observation, ObservationComponent } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { Leaf } from '../draft.ts';
import { rep, type Rep } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import { v2Table } from '../terminology/translate.ts';

const RULE = 'to-oru.interpretation';

/** The text as it was said; limits alone as `3.5-5.0`, `>=3.5`, `<=5.0`. A range for some people only stays unread. */
export function ranges(of: Spot<Observation> | Spot<ObservationComponent>): (Rep | undefined)[] {
  return each((of as Spot<ObservationComponent>).at('referenceRange')).map((range) => {
    const [low, high] = [range.at('low'), range.at('high')];
    const text = range.at('text').said(RULE);
    if (text !== undefined && [low, high].every((limit) => limit.value?.value === undefined || text.value !== '')) {
      const limits = [low, high].flatMap((limit) => (limit.value?.value === undefined ? [] : [limit]));
      if (limits.every((limit) => text.value.includes(limit.at('value').said(RULE)?.value ?? ''))) {
        for (const limit of limits) limit.pass('said in the text, in the unit of OBX-6');
        return rep(text);
      }
    }
    const [from, to] = [low.at('value').said(RULE), high.at('value').said(RULE)];
    for (const limit of [low, high]) limit.pass('in the unit of OBX-6');
    const words =
      from && to ? `${from.value}-${to.value}` : from ? `>=${from.value}` : to ? `<=${to.value}` : undefined;
    const limits = words === undefined ? undefined : new Leaf(words, range, RULE);
    return rep(text && limits ? new Leaf(`${text.value} (${limits.value})`, range, RULE) : (text ?? limits));
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
