/** CodeableConcept to CWE: the inverse of `datatypes/cwe.ts`. */
import type { CodeableConcept, Coding } from 'fhir/r4.js';
import { codeSystemName } from '../datatypes/code-system.ts';
import { since, type V2Partner } from './partner.ts';
import { rep, type Rep, type Said } from './sheet.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.CWE';

/**
 * The first code and one of another system beside it (a code everyone knows beside the sender's own); from v2.7 on a third.
 * Words without a code stand in CWE.2, where a receiver looks for words; the text of a coded concept in CWE.9. Codes that
 * find no place stay unread. Undefined when the concept says nothing.
 */
export function cwe(concept: Spot<CodeableConcept>, partner: V2Partner): Rep | undefined {
  const codings = chosen(each(concept.at('coding')), since(partner, '2.7') ? 3 : 2);
  const [first, second, third] = codings.map((coding) => triplet(coding, partner));
  const text = concept.at('text');
  if (first === undefined) return rep(undefined, text.said(RULE));
  return rep(
    ...first.code,
    ...(second?.code ?? [undefined, undefined, undefined]),
    first.version,
    second?.version,
    text.said(RULE),
    ...(third === undefined ? [] : [...third.code, third.version]),
  );
}

/** One code alone, where a field holds no more. */
export const codeOnly = (coding: Spot<Coding>, partner: V2Partner): Rep | undefined =>
  rep(...triplet(coding, partner).code);

function triplet(coding: Spot<Coding>, partner: V2Partner): { readonly code: readonly Said[]; readonly version: Said } {
  const code = coding.at('code').said(RULE);
  const system = coding.at('system').saidAs(RULE, (uri) => codeSystemName(uri, partner));
  return { code: [code, coding.at('display').said(RULE), system], version: coding.at('version').said(RULE) };
}

/** In the order given, those of a system not yet among them first. */
function chosen(codings: readonly Spot<Coding>[], most: number): Spot<Coding>[] {
  const others = codings.filter(
    ({ value }, index) => codings.findIndex((one) => one.value?.system === value?.system) === index,
  );
  const picked = [...others, ...codings.filter((one) => !others.includes(one))].slice(0, most);
  return codings.filter((one) => picked.includes(one));
}
