/** XPN (and the name part of XCN) to HumanName as nl-core-NameInformation wants it (v2-to-FHIR: XPN[HumanName], FN[HumanName]). */
import type { Element, HumanName } from 'fhir/r4.js';
import { constant, Leaf, type Draft } from '../../draft.ts';
import { leafAt, lookedUp, textOf, type Reading } from '../leaf.ts';
import type { Cell, Repetition } from '../message.ts';
import { periodOf } from './ts.ts';

/** HL7 table 0200 to name-use; types FHIR has no use for (B, A, P …) stay unused, so that they travel as they are. */
const USES = {
  L: 'official',
  R: 'official',
  D: 'usual',
  M: 'maiden',
  N: 'nickname',
  MSK: 'anonymous',
  BAD: 'old',
  NOUSE: 'old',
  TEMP: 'temp',
  NAV: 'temp',
} as const satisfies Record<string, NonNullable<HumanName['use']>>;

/** HL7 table 0444 (XPN.11) holds F and G; Dutch systems send the codes of the zib (NL1-NL4). */
const ORDERS = { F: 'F', G: 'G', NL1: 'NL1', NL2: 'NL2', NL3: 'NL3', NL4: 'NL4' } as const;

const EXT = 'http://hl7.org/fhir/StructureDefinition/';
/** FN subcomponents 2-5 to the Dutch parts of a family name. */
const FAMILY = [
  [2, 'humanname-own-prefix'],
  [3, 'humanname-own-name'],
  [4, 'humanname-partner-prefix'],
  [5, 'humanname-partner-name'],
] as const;

/** Undefined when neither family nor given name is filled. */
export function humanName(repetition: Repetition, rule: string, reading: Reading): Draft<HumanName> | undefined {
  const at = (component: number): Cell => repetition.cell(component);
  const name = nameFrom(repetition, 1, rule);
  if (name === undefined) return undefined;
  const order = lookedUp(at(11), ORDERS, rule);
  return {
    ...name,
    extension: order && [{ url: constant(`${EXT}humanname-assembly-order`, rule), valueCode: order }],
    use: lookedUp(at(7), USES, rule),
    period:
      periodOf(at(12), at(13), rule, reading) ?? periodOf(repetition.cell(10), repetition.cell(10, 2), rule, reading),
  };
}

/**
 * Family, given, prefix and suffix from consecutive components, the first of which holds the family name: component 1 of
 * an XPN, 2 of an XCN.
 */
export function nameFrom(repetition: Repetition, first: number, rule: string): NameParts | undefined {
  const at = (offset: number): Cell => repetition.cell(first + offset);
  const family = familyName(repetition, first, rule);
  const given = [textOf(at(1), rule), textOf(at(2), rule)].filter((leaf) => leaf !== undefined);
  if (family === undefined && given.length === 0) return undefined;
  const suffix = [textOf(at(3), rule), textOf(at(5), rule)].filter((leaf) => leaf !== undefined);
  const prefix = textOf(at(4), rule);
  const words = [prefix, ...given, family?.family, ...suffix].filter((leaf) => leaf !== undefined);
  const [main = prefix] = [family?.family, ...given];
  return {
    text: main && new Leaf(words.map(({ value }) => value).join(' '), main.place, rule),
    ...family,
    given,
    _given: given.map((leaf) => qualifier(leaf, rule)),
    prefix: prefix && [prefix],
    suffix,
  };
}

interface NameParts {
  /** The whole name, as nl-core-NameInformation asks beside the parts. */
  readonly text: Leaf<string> | undefined;
  readonly family?: Leaf<string>;
  readonly _family?: Draft<Element> | undefined;
  readonly given: readonly Leaf<string>[];
  readonly _given: readonly Draft<Element>[];
  readonly prefix: readonly Leaf<string>[] | undefined;
  readonly suffix: readonly Leaf<string>[];
}

function familyName(
  repetition: Repetition,
  component: number,
  rule: string,
): { family: Leaf<string>; _family: Draft<Element> | undefined } | undefined {
  const parts = FAMILY.flatMap(([subcomponent, name]) => {
    const leaf = textOf(repetition.cell(component, subcomponent), rule);
    return leaf === undefined ? [] : [{ url: constant(`${EXT}${name}`, rule), valueString: leaf, name }];
  });
  const whole = textOf(repetition.cell(component), rule);
  const extension = parts.map(({ url, valueString }) => ({ url, valueString }));
  if (whole !== undefined) return { family: whole, _family: extension.length > 0 ? { extension } : undefined };
  const [first] = parts;
  if (first === undefined) return undefined;
  // Only the parts were sent: own name first, then the partner's, as the register writes it.
  const own = joined(parts, 'own');
  const display = [own, joined(parts, 'partner')].filter((text) => text !== '').join('-');
  const family = leafAt(repetition.cell(component, first.name.startsWith('humanname-own') ? 3 : 5), display, rule);
  return { family, _family: { extension } };
}

const joined = (parts: readonly { valueString: Leaf<string>; name: string }[], whose: 'own' | 'partner'): string =>
  parts
    .filter(({ name }) => name.startsWith(`humanname-${whose}-`))
    .map(({ valueString }) => valueString.value)
    .join(' ');

/**
 * nl-core wants each given name qualified: IN initials, BR names given at birth. Single letters, letters with points and
 * two or more bare consonant capitals (`A`, `B.R.`, `Th.`, `JB`) are initials, anything else is a name.
 */
function qualifier(given: Leaf<string>, rule: string): Draft<Element> {
  const initials = /^(?:\p{L}|(?:\p{L}{1,2}\.[\s-]*)+(?:\p{Lu})?|(?:\p{Lu}\s)+\p{Lu}|[B-DF-HJ-NP-TV-XZ]{2,5})$/u.test(
    given.value,
  );
  const code = new Leaf(initials ? 'IN' : 'BR', given.place, rule);
  return { extension: [{ url: constant(`${EXT}iso21090-EN-qualifier`, rule), valueCode: code }] };
}
