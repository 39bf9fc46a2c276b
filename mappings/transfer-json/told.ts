/** What every part of the transfer mapping works with: the transfer as told, where it is told, and the Bundle it fills. */
import type { CodeableConcept, Meta, Reference } from 'fhir/r4.js';
import { SYSTEM, WK_CODES } from '../../profiles/canonical.ts';
import type { BundleDraft } from '../bundle.ts';
import { constant, Leaf, type Draft } from '../draft.ts';
import { derivedId, type BusinessId } from '../identity.ts';
import type { MappingContext, Warning } from '../mapping.ts';
import type { Transfer } from './schema.ts';

export interface Told {
  readonly transfer: Transfer;
  /** The JSON before the schema: it alone knows how a decimal was written. */
  readonly raw: unknown;
  readonly context: MappingContext;
  readonly bundle: BundleDraft;
  readonly patient: Draft<Reference>;
  readonly encounter: Draft<Reference>;
  readonly warnings: Warning[];
}

/** A value of the transfer at `path`; absent stays absent. */
export function said<T extends string | number | boolean>(
  value: T | undefined,
  path: string,
  rule: string,
  terminology?: string,
): Leaf<T> | undefined {
  return value === undefined ? undefined : new Leaf(value, { path: () => path }, rule, terminology);
}

/** Identifier of a thing to which the hospital gives none: it is this thing of this request. */
export const ownId = ({ context, transfer }: Pick<Told, 'context' | 'transfer'>, place: string): BusinessId =>
  derivedId(context.source, transfer.requestId, place);

export const coding = (system: string, code: string, display: string | undefined, rule: string) => ({
  system: constant(system, rule),
  code: constant(code, rule),
  display: display === undefined ? undefined : constant(display, rule),
});

/** A fixed concept with one coding. */
export const fixed = (system: string, code: string, display: string, rule: string): Draft<CodeableConcept> => ({
  coding: [coding(system, code, display, rule)],
});
export const snomed = (code: string, display: string, rule: string): Draft<CodeableConcept> =>
  fixed(SYSTEM.snomed, code, display, rule);

/** A concept as the sender gave it: its own code beside its own words. */
export const conceptSaid = (
  concept: {
    readonly system?: string | undefined;
    readonly code?: string | undefined;
    readonly text?: string | undefined;
  },
  path: string,
  rule: string,
): Draft<CodeableConcept> => ({
  coding:
    concept.code === undefined
      ? undefined
      : [
          {
            system: said(concept.system, `${path}.system`, `${rule}.code`),
            code: said(concept.code, `${path}.code`, `${rule}.code`),
          },
        ],
  text: said(concept.text, `${path}.text`, `${rule}.text`),
});

/** `meta` of a resource that claims `profile`; `untranslated` marks a code for which we know no translation. */
export const metaOf = (profile: string | undefined, untranslated = false): Draft<Meta> => ({
  profile: profile === undefined ? undefined : [constant(profile, 'meta.profile')],
  tag: untranslated
    ? [{ system: constant(WK_CODES, 'meta.tag'), code: constant('untranslated', 'meta.tag') }]
    : undefined,
});

export const VITAL_SIGNS: Draft<CodeableConcept> = fixed(
  SYSTEM.observationCategory,
  'vital-signs',
  'Vital Signs',
  'vital-sign.category',
);
