/**
 * A document (the answer of a medebehandelaar, a discharge letter) to MDM^T02 (HL7 v2.5 §9.6.2) for a partner that takes no
 * FHIR: the inverse of `document-mdm`.
 */
import { constant } from '../draft.ts';
import { aboutPatient } from '../hl7v2/write/about.ts';
import type { V2Mapping } from '../hl7v2/write/message.ts';
import { nowOf, type Writing } from '../hl7v2/write/partner.ts';
import { restSegment } from '../hl7v2/write/rest.ts';
import { SheetSegment } from '../hl7v2/write/sheet.ts';
import { writeTime } from '../hl7v2/time.ts';
import type { Document } from './document.ts';
import { documentHeader, orderSegments } from './header.ts';
import { contentSegments } from './content.ts';

const RULE = 'to-mdm';

/** Refused: a Bundle without a Composition and without a Communication. */
export const toMdm: V2Mapping = {
  id: 'to-mdm',
  version: '1.0.0',
  type: ['MDM', 'T02', 'MDM_T02'],
  write(writing) {
    const [composition] = writing.entries.of('Composition');
    const [reply] = writing.entries.of('Communication');
    if (composition === undefined && reply === undefined) {
      const text = 'no document and no answer';
      return { issues: [{ severity: 'error', code: 'required', expression: 'Bundle', text, rule: 'nothing-to-say' }] };
    }
    const document = { composition, reply };
    const about = aboutPatient(writing);
    const event = eventSegment(document, writing);
    const order = orderSegments(document, writing);
    const txa = documentHeader(document, writing);
    const content = contentSegments(document, writing);
    const stay = about.stay.length > 0 ? about.stay : [noStay()];
    const rest = restSegment(about.rest(), content.length + 1);
    return [event, ...about.person, ...stay, ...order, txa, ...content, ...rest];
  },
};

/** EVN-2: when the answer was given, else when it is sent. */
const eventSegment = ({ reply }: Document, writing: Writing): SheetSegment => {
  const sent = reply?.at('sent').saidAs(RULE, (text) => writeTime(text, writing.partner.timezone));
  return new SheetSegment('EVN', { 1: constant('T02', RULE), 2: sent ?? nowOf(writing, RULE) });
};

/** PV1 is required; N of table 0004: no stay is meant. */
const noStay = (): SheetSegment => new SheetSegment('PV1', { 1: constant('1', RULE), 2: constant('N', RULE) });
