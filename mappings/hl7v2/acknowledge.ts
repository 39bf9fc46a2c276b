/** Acknowledgements (HL7 v2.5 §2.9), in the sender's own version, delimiters and character set. */
import { versionOf } from './control-id.ts';
import { encodeMessage, type FieldDraft, type SegmentDraft } from './encode.ts';
import type { Message } from './message.ts';

export type OriginalCode = 'AA' | 'AE' | 'AR';
export type AckCode = OriginalCode | 'CA' | 'CE' | 'CR';

export interface AckIssue {
  /** A place as cells write it (`PID-3[2].1`, `OBX[3]-5`, `PID`); anything else leaves ERR-2 empty. */
  readonly location: string;
  /** HL7 table 0357: `101`, `207`. */
  readonly code0357: string;
  readonly severity: 'E' | 'W' | 'I';
  /** Words for a person, without an identifying value. */
  readonly text: string;
}

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
      hl7Time(answer.at),
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

/** HL7 table 0357. */
const CONDITIONS: Readonly<Record<string, string>> = {
  '0': 'Message accepted',
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '103': 'Table value not found',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '202': 'Unsupported processing id',
  '203': 'Unsupported version id',
  '204': 'Unknown key identifier',
  '205': 'Duplicate key identifier',
  '206': 'Application record locked',
  '207': 'Application internal error',
};

function errorSegment({ location, code0357, severity, text }: AckIssue, old: boolean): SegmentDraft {
  const place = errorLocation(location);
  const condition = CONDITIONS[code0357] ?? '';
  const [segment, sequence, field] = place;
  const first: FieldDraft = old
    ? { components: [segment, sequence, field, [code0357, condition, 'HL70357']] }
    : undefined;
  return {
    name: 'ERR',
    fields: [
      first,
      { components: place },
      { components: [code0357, condition, 'HL70357'] },
      severity,
      undefined,
      undefined,
      undefined,
      text,
    ],
  };
}

const PLACE = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?(?:-(\d+)(?:\[(\d+)\])?(?:\.(\d+)(?:\.(\d+))?)?)?$/;

/** ERL of a place (HL7 v2.5 §2.A.28): segment, its sequence, field, repetition, component, subcomponent. */
export function errorLocation(location: string): string[] {
  const match = PLACE.exec(location);
  if (match === null) return [];
  const [, segment = '', ordinal = '1', field, repetition = '1', component = '', subcomponent = ''] = match;
  const parts =
    field === undefined ? [segment, ordinal] : [segment, ordinal, field, repetition, component, subcomponent];
  return parts.filter((part) => part !== '');
}

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

/** `2026-11-20T14:05:00.5+01:00` as `20261120140500+0100`; a text of another shape is left out. */
function hl7Time(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|([+-]\d{2}):(\d{2}))$/.exec(iso);
  if (match === null) return '';
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour = '',
    minute = '',
    second = '',
    offsetHour = '+00',
    offsetMinute = '00',
  ] = match;
  return year + month + day + hour + minute + second + offsetHour + offsetMinute;
}
