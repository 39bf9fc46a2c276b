/** What segments about the patient (AL1, DG1, PR1, IN1) share when each becomes a resource of its own. */
import type { CodeableConcept, Reference } from 'fhir/r4.js';
import type { BundleDraft } from '../../bundle.ts';
import { Copied, type Draft } from '../../draft.ts';
import { derivedId, type BusinessId } from '../../identity.ts';
import { codeableConcept } from '../datatypes/cwe.ts';
import { sameAs, textOf, type Reading } from '../leaf.ts';
import type { Cell, Repetition, Segment } from '../message.ts';

export interface AboutPatient {
  readonly bundle: BundleDraft;
  readonly reading: Reading;
  readonly controlId: string;
  /** References to entries of the Bundle. */
  readonly patient: Draft<Reference>;
  readonly encounter: Draft<Reference> | undefined;
  /** Names the patient across messages: system and value of the key of the Patient. */
  readonly patientKey: string;
}

/** System and value as one text, for deriving identifiers within the thing they name. */
export const keyText = (id: BusinessId): string => `${id.system}|${id.value}`;

/** System and code of the first code of a CWE, else its words: what names the thing from one message to the next. */
export function codeText(repetition: Repetition): string {
  for (const [identifier, system] of [
    [1, 3],
    [4, 6],
  ] as const) {
    const code = repetition.cell(identifier).text.trim();
    if (code !== '') return `${repetition.cell(system).text.trim()}|${code}`;
  }
  return (repetition.cell(2).text || repetition.cell(9).text).trim();
}

/** A code with the words another field holds for it (DG1-4, PR1-4) as its text, unless the code brings its own text. */
export function codedWith(
  repetition: Repetition,
  words: Cell,
  rule: string,
  reading: Reading,
): Draft<CodeableConcept> | undefined {
  const concept = codeableConcept(repetition, rule, reading);
  if (concept instanceof Copied || concept?.text !== undefined) return concept;
  const text = textOf(words, rule);
  return concept === undefined && text === undefined ? undefined : { ...concept, text };
}

/**
 * The segments without those that repeat another one in all but the set id (field 1): said twice, it is one thing. The
 * cells of such a copy count as used, since the output holds what they say.
 */
export function withoutCopies(segments: readonly Segment[]): Segment[] {
  const seen = new Map<string, Segment>();
  return segments.filter((segment) => {
    const text = contentOf(segment);
    const first = seen.get(text);
    if (first === undefined) {
      seen.set(text, segment);
      return true;
    }
    for (const cell of segment.unusedCells()) {
      segment.markUsed(cell, sameAs(first.rep(cell.field, cell.repetition).cell(cell.component, cell.subcomponent)));
    }
    return false;
  });
}

const contentOf = (segment: Segment): string =>
  Array.from({ length: segment.fieldCount() }, (_, index) => index + 1)
    .filter((field) => field !== 1)
    .map((field) =>
      segment
        .reps(field)
        .map(({ raw }) => raw)
        .join('~'),
    )
    .join('|')
    .replace(/\|+$/, '');

/**
 * Identifier of a thing to which the sender gives none. The same place again within one message (two allergies under one
 * code) gets a number, in the order of the message.
 */
export function ownKey(
  { bundle, reading }: Pick<AboutPatient, 'bundle' | 'reading'>,
  type: Parameters<BundleDraft['has']>[0],
  within: string,
  place: string,
): BusinessId {
  for (let again = 1; ; again++) {
    const id = derivedId(reading.source, within, again === 1 ? place : `${place}#${again}`);
    if (!bundle.has(type, id)) return id;
  }
}
