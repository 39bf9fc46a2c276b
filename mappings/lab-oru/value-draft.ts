/** The value of a result, in one of the types of Observation.value[x]. */
import type { Observation } from 'fhir/r4.js';
import type { Draft } from '../draft.ts';

export type ValueDraft = Pick<
  { readonly [K in keyof Observation]?: Draft<Exclude<Observation[K], undefined>> },
  | 'valueQuantity'
  | 'valueCodeableConcept'
  | 'valueString'
  | 'valueRange'
  | 'valueRatio'
  | 'valueTime'
  | 'valueDateTime'
  | 'valuePeriod'
>;
