/**
 * What an HL7 v2 sender is told, over MLLP and at `POST /hl7v2` alike. Made from the stored message and the sender's own
 * MSH alone, so that the same again gets the same bytes.
 */
import { createHash } from 'node:crypto';
import {
  acknowledge,
  commitCode,
  errorLocation,
  type AckIssue,
  type OriginalCode,
} from '../../mappings/hl7v2/acknowledge.ts';
import type { Message } from '../../mappings/hl7v2/message.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import type { Warning } from '../../mappings/mapping.ts';
import type { Issue } from '../../profiles/issue.ts';
import type { Received } from '../intake/receive.ts';
import { wordsOf, type Refusal } from '../refusal.ts';

export type AnswerV2 =
  | { readonly kind: 'acknowledge'; readonly bytes: Uint8Array }
  /** The sender asked for no acknowledgement of this outcome (MSH-15). */
  | { readonly kind: 'silent' }
  /** Nothing can be said (no MSH), or nothing was promised (not stored): the connection is closed. */
  | { readonly kind: 'close' };

/** An acknowledgement is for reading: the first faults, not thousands. */
const MOST_ISSUES = 20;
/** MSH-10 is a ST of 20 (HL7 v2.5 §2.15.9.10). */
const CONTROL_ID_LENGTH = 20;

/**
 * @param bytes the message as it arrived, without framing
 * @param now MSH-7 of an answer to what was not kept, and so has no moment of its own
 */
export function answerV2(bytes: Uint8Array, received: Received, now: Date): AnswerV2 {
  const header = headerOf(bytes);
  const said = received.ok ? welcome(received.message.warnings) : refusalOf(received.refusal);
  if (header === null || said === null) return { kind: 'close' };
  const code = commitCode(said.code, header);
  if (code === null) return { kind: 'silent' };
  const named = received.message?.id.replaceAll('-', '') ?? createHash('sha256').update(bytes).digest('hex');
  const answer = acknowledge(header, {
    code,
    controlId: named.slice(-CONTROL_ID_LENGTH),
    at: received.message?.receivedAt ?? now.toISOString(),
    issues: said.issues,
  });
  return { kind: 'acknowledge', bytes: answer };
}

interface Said {
  readonly code: OriginalCode;
  readonly issues: readonly AckIssue[];
}

const welcome = (warnings: readonly Warning[]): Said => ({
  code: 'AA',
  issues: warnings.slice(0, MOST_ISSUES).map(({ code, location, text }) => ({
    location,
    code0357: code === 'untranslated-code' || code === 'untranslated-unit' ? '103' : '0',
    severity: 'W',
    text: inWords(`${code}: ${text}`, location),
  })),
});

/** Null when the refusal is not to be acknowledged: nothing was stored. */
function refusalOf(refusal: Refusal): Said | null {
  const { ackCode, table0357 } = wordsOf(refusal);
  if (ackCode === null) return null;
  const tells = refusal.kind === 'rule' && refusal.table0357 === undefined;
  return {
    code: ackCode,
    issues: refusal.issues.slice(0, MOST_ISSUES).map((issue) => ({
      location: issue.expression,
      code0357: tells ? conditionOf(issue) : table0357,
      severity: issue.severity === 'error' ? 'E' : issue.severity === 'warning' ? 'W' : 'I',
      text: inWords(issue.text, issue.expression),
    })),
  };
}

/** HL7 table 0357 of a broken rule: 101 required field missing, 103 table value not found, else 102 data type error. */
function conditionOf({ code }: Issue): string {
  if (code === 'required') return '101';
  return code === 'code-invalid' ? '103' : '102';
}

/** A place that ERR-2 cannot hold (a FHIRPath) goes into the words. */
const inWords = (text: string, location: string): string =>
  location === '' || errorLocation(location).length > 0 ? text : `${text} (${location})`;

/**
 * MSH of the message, however broken the rest is; null when there is none. Only that line is read again. The fields the
 * answer takes over are written as they came, byte for byte, so any set that takes every byte will do for the fallback.
 */
function headerOf(bytes: Uint8Array): Message | null {
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (isLineEnd(bytes[start])) start++;
  let end = start;
  while (end < bytes.length && !isLineEnd(bytes[end])) end++;
  const parsed = parseMessage(bytes.subarray(start, end), '8859/1');
  return parsed.ok ? parsed.message : parsed.header;
}

const isLineEnd = (byte: number | undefined): boolean => byte === 0x0d || byte === 0x0a;
