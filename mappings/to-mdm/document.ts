import type { Communication, Composition } from 'fhir/r4.js';
import type { Spot } from '../hl7v2/write/spot.ts';

/** What is written: a document, an answer, or an answer with the document that holds its words. */
export interface Document {
  readonly composition: Spot<Composition> | undefined;
  readonly reply: Spot<Communication> | undefined;
}
