/** Which code a mapping could not translate: what whoever keeps the ConceptMaps of a source has to know. */
import type { UntranslatedCode, Warning } from './mapping.ts';

/** A code as it was read; `local`: of a system of the sender's own. */
interface Named {
  readonly system?: string | undefined;
  readonly code?: string | undefined;
  readonly display?: string | undefined;
  readonly local?: boolean;
  /** The ConceptMap of the source that put it there. */
  readonly map?: string;
}

/** Longer ones are words somebody put where a code belongs, and words may be about a person. */
const LONGEST_CODE = 64;
const LONGEST_TEXT = 120;

/**
 * To be spread into a warning: the sender's own code where there are several, for that is the one a ConceptMap would
 * translate. Nothing where only words were sent: words are no work item; nor where the source's ConceptMap has a row for
 * it already.
 */
export function untranslatedCode(codes: readonly Named[]): Pick<Warning, 'coding'> {
  if (codes.some(({ map }) => map !== undefined)) return {};
  const coded = codes.filter(({ code = '' }) => code.trim() !== '' && code.length <= LONGEST_CODE);
  const found = coded.find(({ local }) => local === true) ?? coded[0];
  return found?.code === undefined ? {} : { coding: codingOf(found, found.code) };
}

const codingOf = ({ system = '', display }: Named, code: string): UntranslatedCode => ({
  system,
  code: code.trim(),
  text: display === undefined || display.trim() === '' ? null : display.trim().slice(0, LONGEST_TEXT),
});
