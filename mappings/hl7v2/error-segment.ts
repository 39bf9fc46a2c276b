/** ERR of an acknowledgement (HL7 v2.5 §2.15.5): where, what, how bad, in words. */
import type { FieldDraft, SegmentDraft } from './encode.ts';

export interface AckIssue {
  /** A place as cells write it (`PID-3[2].1`, `OBX[3]-5`, `PID`); anything else leaves ERR-2 empty. */
  readonly location: string;
  /** HL7 table 0357: `101`, `207`. */
  readonly code0357: string;
  readonly severity: 'E' | 'W' | 'I';
  /** Words for a person, without an identifying value. */
  readonly text: string;
}

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

/** `old`: below v2.5, where the error also stands in ERR-1 (HL7 v2.4 §2.16.5). */
export function errorSegment({ location, code0357, severity, text }: AckIssue, old: boolean): SegmentDraft {
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
