/** Codes of a FHIR sender's own, with what the source's ConceptMaps call them beside them. */
import type { CodeableConcept, Coding } from 'fhir/r4.js';
import { constant, Copied, Leaf } from '../draft.ts';
import { translateOwn, type OwnCodes } from '../terminology/own-codes.ts';
import type { Translation } from '../terminology/translate.ts';

const RULE = 'lab.fhir.code';

export interface Translated {
  /** The sender's codings, then the translations. */
  readonly codings: readonly Coding[];
  /** Some coding was translated: nothing is left to do for who keeps the ConceptMap. */
  readonly translated: boolean;
  /** Draft of the concept, to be laid over the sender's; absent when there is nothing to add. */
  readonly concept?: Readonly<Record<string, unknown>>;
}

/** `at`: place of the concept, `$.entry[3].resource.code`. The sender's own code of a system goes before a translation. */
export function translatedConcept(concept: CodeableConcept, at: string, ownCodes: OwnCodes | undefined): Translated {
  const codings = concept.coding ?? [];
  const said = new Set(codings.map(({ system }) => system));
  const own = codings.map(({ system = '', code = '' }) => translateOwn(ownCodes, system, code));
  const found = own.flatMap((translations, index) =>
    translations.filter(({ system }) => !said.has(system)).map((to) => ({ to, at: `${at}.coding[${index}].code` })),
  );
  const translated = own.some((translations) => translations.length > 0);
  if (found.length === 0) return { codings, translated };
  const copied = Object.entries(concept).map(
    ([key, value]: [string, unknown]) => [key, new Copied(value, `${at}.${key}`, RULE)] as const,
  );
  const coding = [
    ...codings.map((one, index) => new Copied(one, `${at}.coding[${index}]`, RULE)),
    ...found.map((one) => codingOf(one.to, one.at)),
  ];
  return {
    codings: [...codings, ...found.map(({ to: { system, code } }) => ({ system, code }))],
    translated,
    concept: { ...Object.fromEntries(copied), coding },
  };
}

const codingOf = ({ system, code, display, map }: Translation, at: string) => ({
  system: constant(system, RULE),
  code: new Leaf(code, { path: () => at }, RULE, map),
  display: display === undefined ? undefined : constant(display, RULE),
});
