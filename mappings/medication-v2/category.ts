/** The category by which MP9 tells its building blocks apart. */
import type { CodeableConcept } from 'fhir/r4.js';
import { constant, type Draft } from '../draft.ts';

interface Category {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

export const categoryOf = ({ system, code, display }: Category, rule: string): Draft<CodeableConcept> => ({
  coding: [{ system: constant(system, rule), code: constant(code, rule), display: constant(display, rule) }],
});
