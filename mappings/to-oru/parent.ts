/** OBR-26 and -29: the order and the result an order follows from (a susceptibility and its organism). */
import type { Extension, Observation } from 'fhir/r4.js';
import { Leaf } from '../draft.ts';
import { isA } from '../hl7v2/write/entries.ts';
import { codeOnly } from '../hl7v2/write/codes.ts';
import { entityParts, numberTyped } from '../hl7v2/write/numbers.ts';
import type { Writing } from '../hl7v2/write/partner.ts';
import { rep, type Rep } from '../hl7v2/write/sheet.ts';
import { each, type Spot } from '../hl7v2/write/spot.ts';
import type { ResultGroup } from './groups.ts';

const RULE = 'to-oru.parent';
const SEQUEL_TO = 'http://hl7.org/fhir/StructureDefinition/observation-sequelTo';
const SAID = 'the order names the result it follows from (OBR-26)';

/** OBX-4 each result will have; '' for none. */
export type Written = ReadonlyMap<Spot<Observation>, string>;

export function parentOf(
  { order, panel, results }: ResultGroup,
  written: Written,
  writing: Writing,
): { readonly order: Rep | undefined; readonly result: Rep | undefined } {
  const { entries, partner } = writing;
  const [before] = order ? each(order.at('basedOn')) : [];
  const asked = before && entries.target(before);
  const numbers = asked !== undefined && isA(asked, 'ServiceRequest') ? asked.at('identifier') : undefined;
  if (numbers !== undefined) before?.pass('the number of that order stands in OBR-29');
  const parts = (type: string) => entityParts(numbers && numberTyped(numbers, type), partner);
  return { order: rep(parts('PLAC'), parts('FILL')), result: resultOf([panel, ...results], written, writing) };
}

/** Only where all of them follow from one and the same; else each says it for itself, in words. */
function resultOf(
  results: readonly (Spot<Observation> | undefined)[],
  written: Written,
  { entries, partner }: Writing,
) {
  const sequels = results.flatMap((one) =>
    one ? each<Extension>(one.at('extension')).filter(({ value }) => value?.url === SEQUEL_TO) : [],
  );
  const targets = new Set(sequels.map((one) => entries.target(one.at('valueReference'))));
  const [target] = targets;
  if (targets.size !== 1 || target === undefined || !isA(target, 'Observation')) return undefined;
  // A culture with its susceptibilities: an order is not the parent of itself.
  if (results.includes(target)) return undefined;
  const [coding] = each(target.at('code').at('coding'));
  if (coding === undefined) return undefined;
  for (const sequel of sequels) sequel.pass(SAID);
  const parts = codeOnly(coding, partner)?.components.flat() ?? [];
  const sub = written.get(target) ?? '';
  return rep(parts, sub === '' ? undefined : new Leaf(sub, target, RULE));
}
