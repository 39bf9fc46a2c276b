/** ED and RP to Attachment (v2-to-FHIR: ED[Attachment], RP[Attachment]); Base64 stays as it came, byte for byte. */
import { isBase64 } from '../../profiles/structure/primitive.ts';
import type { Leaf } from '../draft.ts';
import { leafAt, textOf, toldWith } from '../hl7v2/leaf.ts';
import type { Cell, Repetition } from '../hl7v2/message.ts';

const RULE = 'lab.result.attachment';

/** The draft of an Attachment. */
export interface ReadAttachment {
  readonly contentType: Leaf<string> | undefined;
  readonly data?: Leaf<string> | undefined;
  readonly url?: Leaf<string> | undefined;
  readonly title?: Leaf<string> | undefined;
}

/** Main types of HL7 table 0191 and of MIME. */
const MAIN: Readonly<Record<string, string>> = {
  application: 'application',
  ap: 'application',
  audio: 'audio',
  au: 'audio',
  image: 'image',
  im: 'image',
  text: 'text',
  ft: 'text',
  tx: 'text',
  video: 'video',
};

/** Subtypes that are MIME's own in other letters (HL7 table 0291). */
const MIME = /^[a-z0-9][a-z0-9.+-]*$/;

/** Undefined when there is no data, or its encoding is not one of table 0299. */
export function encapsulated(repetition: Repetition): ReadAttachment | undefined {
  const data = dataOf(repetition.cell(5), repetition.cell(4));
  if (data === undefined) return undefined;
  return { contentType: contentType(repetition.cell(2), repetition.cell(3)), data };
}

function dataOf(data: Cell, encoding: Cell): Leaf<string> | undefined {
  if (!data.filled) return undefined;
  switch (encoding.text.trim().toUpperCase()) {
    case 'BASE64':
      // What is no Base64 travels as text, so that nobody decodes rubbish.
      if (!isBase64(data.text)) return undefined;
      encoding.segment.markUsed(encoding, toldWith(data));
      return textOf(data, RULE);
    case 'A':
      encoding.segment.markUsed(encoding, toldWith(data));
      return leafAt(data, Buffer.from(data.text, 'utf8').toString('base64'), RULE);
    case 'HEX':
      if (!/^(?:[0-9a-f]{2})+$/i.test(data.text.trim())) return undefined;
      encoding.segment.markUsed(encoding, toldWith(data));
      return leafAt(data, Buffer.from(data.text.trim(), 'hex').toString('base64'), RULE);
    default:
      return undefined;
  }
}

function contentType(type: Cell, subtype: Cell): Leaf<string> | undefined {
  const main = MAIN[type.text.trim().toLowerCase()];
  const sub = subtype.text.trim().toLowerCase();
  if (!subtype.filled || !MIME.test(sub)) {
    const alone = type.text.trim().toLowerCase();
    if (alone === 'pdf') return leafAt(type, 'application/pdf', RULE);
    return /^[a-z]+\/[a-z0-9.+-]+$/.test(alone) ? leafAt(type, alone, RULE) : undefined;
  }
  // PDF is a subtype of one main type only; `^PDF^` and `TEXT^PDF` both mean it.
  const whole = sub === 'pdf' ? 'application/pdf' : main === undefined ? undefined : `${main}/${sub}`;
  if (whole === undefined) return undefined;
  if (type.filled) type.segment.markUsed(type, toldWith(subtype));
  return leafAt(subtype, whole, RULE);
}

/** RP: a pointer to data elsewhere; undefined when the pointer is no address. */
export function pointer(repetition: Repetition): ReadAttachment | undefined {
  const cell = repetition.cell(1);
  if (!cell.filled || /\s/.test(cell.text.trim())) return undefined;
  return { contentType: contentType(repetition.cell(3), repetition.cell(4)), url: textOf(cell, RULE) };
}
