/** Whether a Composition says anything at all. */
import type { CompositionSection } from 'fhir/r4.js';

/** At least one section, at any depth, with words or with an entry. */
export const saysSomething = (sections: readonly CompositionSection[] | undefined): boolean =>
  (sections ?? []).some(
    ({ text, entry, section }) => text !== undefined || (entry?.length ?? 0) > 0 || saysSomething(section),
  );
