/** TXA-17, -18 and -19: how far the document is, who may read it, whether it still stands. */
import type { Communication, Composition, DocumentReference } from 'fhir/r4.js';
import { constant, type Leaf } from '../draft.ts';
import { leafAt, lookedUp } from '../hl7v2/leaf.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import { originalCode } from '../lab-oru/status.ts';

const RULE = 'mdm.status';

/** HL7 table 0271: dictated, documented, in progress, incomplete, pre-authenticated; authenticated, legally so. */
const COMPLETION = {
  DI: 'preliminary',
  DO: 'preliminary',
  IP: 'preliminary',
  IN: 'preliminary',
  PA: 'preliminary',
  AU: 'final',
  LA: 'final',
} as const;
/** HL7 table 0272 (v2-to-FHIR: DocumentConfidentialityStatus). */
const CONFIDENTIALITY = { V: 'V', R: 'R', U: 'N' } as const;

export interface DocumentStatus {
  readonly composition: Leaf<Composition['status']>;
  readonly original: ReturnType<typeof originalCode>;
  readonly communication: Leaf<Communication['status']>;
  /** Of the files that are attached, if there are any. */
  readonly reference: () => Leaf<DocumentReference['status']>;
  readonly docStatus: Leaf<NonNullable<DocumentReference['docStatus']>>;
  readonly confidentiality: Leaf<NonNullable<Composition['confidentiality']>> | undefined;
}

/**
 * A withdrawn document (TXA-19 `CA`) is entered in error, whatever else it says. Without a known completion status it is
 * final only when all its OBX are (OBX-11 `F`); anything less is preliminary: nobody is told it is finished.
 */
export function statusOf(message: Message, txa: Segment): DocumentStatus {
  const availability = txa.at(19);
  const withdrawn = availability.text.trim() === 'CA';
  const done = lookedUp(txa.at(17), COMPLETION, RULE);
  const results = message.all('OBX').map((obx) => obx.at(11).text.trim());
  const byResults = results.length > 0 && results.every((code) => code === 'F') ? 'final' : 'preliminary';
  const state: Leaf<'preliminary' | 'final'> = done ?? constant(byResults, RULE);
  const error = <const T extends string>(code: T): Leaf<T> => leafAt(availability, code, RULE);
  return {
    composition: withdrawn ? error('entered-in-error') : state,
    original: done === undefined ? undefined : originalCode(txa.at(17), '0271', RULE),
    communication: withdrawn
      ? error('entered-in-error')
      : constant(state.value === 'final' ? 'completed' : 'in-progress', RULE),
    reference: () =>
      withdrawn
        ? error('entered-in-error')
        : (lookedUp(availability, { AV: 'current', OB: 'superseded' } as const, RULE) ?? constant('current', RULE)),
    docStatus: withdrawn ? error('entered-in-error') : state,
    confidentiality: lookedUp(txa.at(18), CONFIDENTIALITY, RULE),
  };
}
