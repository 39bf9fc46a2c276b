/** The numbers a medication order is known by, and the keys of what is made of it. */
import type { Identifier } from 'fhir/r4.js';
import { identifierOf } from '../bundle.ts';
import type { Draft } from '../draft.ts';
import { entityNumber, entityNumberIn, type EntityNumber } from '../hl7v2/datatypes/ei.ts';
import type { Reading } from '../hl7v2/leaf.ts';
import type { Repetition, Segment } from '../hl7v2/message.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import { textOfField } from '../lab-oru/fields.ts';
import type { OrderGroup } from './order-group.ts';

const RULE = 'medication.order.number';

export interface OrderNumbers {
  /** What the agreement is known by: ORC-2, else ORC-3, else this message and place. */
  readonly key: BusinessId;
  /** `system|value` of the key: what other keys of this order are derived in. */
  readonly within: string;
  readonly identifiers: readonly Draft<Identifier>[];
  /** The key is made of ORC-2 or ORC-3; false: the order has no number at all. */
  readonly numbered: boolean;
  /** ORC-4. */
  readonly group: EntityNumber | undefined;
}

/**
 * Numbers of every group in order. An order number that stands on a second order of the same message cannot name both:
 * the second gets a derived key, and the number travels with it as a source field.
 * @param shared the groups tell of orders (what was dispensed, given, asked again): several may tell of one
 */
export function orderNumbers(
  groups: readonly OrderGroup[],
  controlId: string,
  reading: Reading,
  shared = false,
): OrderNumbers[] {
  const given = new Map<string, number>();
  const numberIn = (orc: Segment | undefined, field: 2 | 3): EntityNumber | undefined => {
    if (orc === undefined || textOfField(orc, field).trim() === '') return undefined;
    const said = `${field}|${textOfField(orc, field)}`;
    given.set(said, (given.get(said) ?? 0) + 1);
    if (!shared && given.get(said) !== 1) return undefined;
    return field === 2
      ? entityNumber(orc.rep(2), 'placer-order', RULE, reading, 'PLAC')
      : entityNumber(orc.rep(3), 'filler-order', RULE, reading, 'FILL');
  };
  return groups.map(({ orc, ordinal }) => {
    // A supply names its order once; what else ORC says of the order travels with it.
    const placer = numberIn(orc, 2);
    const filler = shared && placer !== undefined ? undefined : numberIn(orc, 3);
    const numbers = [placer, filler].filter((number) => number !== undefined);
    const [first] = numbers;
    const repeated =
      orc && [2, 3].map((field) => `${field}|${textOfField(orc, field)}`).find((said) => given.has(said));
    const key =
      first?.id ??
      (repeated === undefined
        ? derivedId(reading.source, controlId, `medication order ${ordinal}`)
        : derivedId(reading.source, `medication order ${repeated}`, `#${given.get(repeated) ?? 0}`));
    return {
      key,
      within: `${key.system}|${key.value}`,
      numbered: first !== undefined || repeated !== undefined,
      identifiers: first === undefined ? [identifierOf(key)] : numbers.map(({ identifier }) => identifier),
      group: orc && groupNumber(orc.rep(4), reading),
    };
  });
}

/** EI until v2.7; EIP (placer and filler as subcomponents) since. */
const groupNumber = (repetition: Repetition, reading: Reading): EntityNumber | undefined =>
  repetition.subcomponentCount(1) > 1
    ? entityNumberIn(repetition, 1, 'placer-group', RULE, reading, 'PGN')
    : entityNumber(repetition, 'placer-group', RULE, reading, 'PGN');
