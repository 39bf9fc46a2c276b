/** OBR-2 and -3: which numbers an order and its results are known by. */
import type { Identifier, Observation } from 'fhir/r4.js';
import { entityParts, isDerived, numberTyped, ownNumber } from '../hl7v2/write/numbers.ts';
import type { Writing } from '../hl7v2/write/partner.ts';
import type { Spot } from '../hl7v2/write/spot.ts';
import type { ResultGroup } from './groups.ts';
import { sayOnce } from './same.ts';

type Numbered = Spot<{ identifier?: Identifier[] | undefined }>;

/** Placer's and filler's number; a lone result is known by its own number, so that its correction finds it again. */
export function numbersOf(
  { order, report, panel }: ResultGroup,
  lone: Spot<Observation> | undefined,
  { partner }: Writing,
) {
  const numbered: readonly (Numbered | undefined)[] = [order, report];
  const typed = (type: string) =>
    numbered.map((one) => one && numberTyped(one.at('identifier'), type)).filter((one) => one !== undefined);
  const placers = typed('PLAC');
  const fillers = typed('FILL');
  for (const [first, ...others] of [placers, fillers]) if (first) sayOnce(first, others, 'said with the order');
  const untyped = (one: Numbered | undefined) => {
    const number = one && ownNumber(one.at('identifier'));
    return number === undefined || (isDerived(number) && one !== lone) ? undefined : number;
  };
  const placer = placers[0] ?? (fillers.length === 0 ? untyped(order) : undefined);
  const own = untyped(report) ?? untyped(lone) ?? untyped(panel);
  const filler = fillers[0] ?? (own === undefined || entityParts(own, partner).length === 0 ? undefined : own);
  return { placer, filler };
}
