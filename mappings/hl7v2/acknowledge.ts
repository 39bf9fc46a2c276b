/** Acknowledgements (HL7 v2.5 §2.9), in the sender's own version, delimiters and character set. */
import { versionOf } from './control-id.ts';
import { encodeMessage, type FieldDraft, type SegmentDraft } from './encode.ts';
import { errorSegment, type AckIssue } from './error-segment.ts';
import type { Message } from './message.ts';
import { writeTime } from './time.ts';

export { errorLocation, type AckIssue } from './error-segment.ts';

export type OriginalCode = 'AA' | 'AE' | 'AR';
export type AckCode = OriginalCode | 'CA' | 'CE' | 'CR';

export interface Answer {
  readonly code: AckCode;
  /** MSH-10 of the acknowledgement itself. */
  readonly controlId: string;
  /** MSH-7: an ISO 8601 moment with offset or `Z`. */
  readonly at: string;
  readonly issues: readonly AckIssue[];
}

/**
 * MSA-1 for the answer by MSH-15 of the message (HL7 v2.5 §2.9.3): empty is original mode; valued is enhanced mode, where
 * AL wants every answer, NE none, ER only errors, SU only success. Null: no answer is sent. An unknown value gets answers.
 */
export function commitCode(original: OriginalCode, header: Message): AckCode | null {
  const condition = header.header.at(15);
  if (!condition.filled) return original;
  const enhanced = ({ AA: 'CA', AE: 'CE', AR: 'CR' } as const)[original];
  switch (condition.text.trim().toUpperCase()) {
    case 'NE':
      return null;
    case 'ER':
      return enhanced === 'CA' ? null : enhanced;
    case 'SU':
      return enhanced === 'CA' ? enhanced : null;
    default:
      return enhanced;
  }
}

/** MSH, MSA and one ERR per issue. Below v2.5 an error also stands in ERR-1 and, the first of them, in MSA-3. */
export function acknowledge(header: Message, answer: Answer): Uint8Array {
  const old = isBelow(versionOf(header), 2, 5);
  const error = answer.issues.find(({ severity }) => severity === 'E');
  const msa: SegmentDraft = {
    name: 'MSA',
    fields: [answer.code, raw(header, 10), old ? error?.text : undefined],
  };
  const errors = answer.issues.map((issue) => errorSegment(issue, old));
  return encodeMessage({
    delimiters: header.delimiters,
    charset: header.charset,
    segments: [messageHeader(header, answer), msa, ...errors],
  });
}

function messageHeader(header: Message, answer: Answer): SegmentDraft {
  const version = versionOf(header);
  const event = header.header.at(9, 2).text.trim();
  // Event since v2.3, message structure since v2.3.1 (HL7 v2.5 §2.15.9.9).
  const type = isBelow(version, 2, 3) || event === '' ? ['ACK'] : ['ACK', event];
  if (type.length === 2 && !isBelow(version, 2, 3, 1)) type.push('ACK');
  return {
    name: 'MSH',
    fields: [
      raw(header, 5),
      raw(header, 6),
      raw(header, 3),
      raw(header, 4),
      writeTime(answer.at).replace(/\.\d+/, ''),
      undefined,
      { components: type },
      answer.controlId,
      raw(header, 11),
      version === '' ? '2.5' : raw(header, 12),
      ...Array.from({ length: 5 }, () => undefined),
      raw(header, 18),
    ],
  };
}

/** First repetition of a field of the sender's MSH, as written. */
const raw = (header: Message, field: number): FieldDraft => ({ raw: header.header.rep(field).raw });

/** True when the version is known and lower than major.minor.patch. */
function isBelow(version: string, ...than: readonly number[]): boolean {
  if (!/^\d+(\.\d+)*$/.test(version)) return false;
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of than.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}
