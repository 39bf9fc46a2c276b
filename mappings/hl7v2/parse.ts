/** From the bytes of one HL7 v2 message (ER7) to cells in memory. Total: every byte string gives a message or an issue. */
import type { Issue, IssueType } from '../../profiles/issue.ts';
import { ParsedMessage } from './parsed-message.ts';
import { charsetNamed, decode, type Charset } from './charset.ts';
import { readDelimiters, USUAL } from './delimiters.ts';
import type { Delimiters, Message } from './message.ts';

export { splitMessages } from './split.ts';

export type Parsed =
  | { readonly ok: true; readonly message: Message; readonly charset: string }
  /** `header`: MSH at least, when one could be read, so that a refusal can be written. */
  | { readonly ok: false; readonly issue: Issue; readonly header: Message | null };

/**
 * Reads one message (HL7 v2.5 §2.5-2.7). Segments end in CR, LF or CRLF, mixed; blank lines do not count. A line that
 * begins with no segment name goes on with the text of the segment before it (a report broken by LF), joined by a line
 * feed, except where it looks like a segment with a faulty name, or comes after MSH, which holds no text. Continued messages (DSC, ADD; HL7 v2.5 §2.10.2) are
 * refused: half a message is not a message. MSH-14 alone is not looked at: senders fill it with other things.
 * @param bytes without transport framing
 * @param fallbackCharset of the source, for a message whose MSH-18 is empty
 */
export function parseMessage(bytes: Uint8Array, fallbackCharset: string): Parsed {
  const start = startOf(bytes);
  const body = start === 0 ? bytes : bytes.subarray(start);
  if (!startsWithMsh(body)) return refuse('structure', 'MSH', 'The message does not begin with an MSH segment.', null);
  const line = LATIN1.decode(body.subarray(0, lineEnd(body)));
  const delimiters = readDelimiters(line);
  const usable = typeof delimiters === 'string' ? { ...USUAL, field: fieldSeparator(line) } : delimiters;
  const named = charsetOf(line, usable, fallbackCharset);
  const header = headerOf(body, usable, named ?? 'ASCII');
  if (typeof delimiters === 'string') return refuse('structure', 'MSH-2', `${delimiters}.`, header);
  if (named === null) {
    return refuse(
      'not-supported',
      'MSH-18',
      'The character set in MSH-18, or that of the source, is not known.',
      header,
    );
  }
  const decoded = decode(body, named);
  if (!decoded.ok) {
    const where = decoded.offset < 0 ? '' : ` (byte ${decoded.offset + start + 1})`;
    const hint = named.startsWith('8859') ? ' If the sender means windows-1252, let the region file say so.' : '';
    return refuse('value', 'MSH-18', `The message holds bytes that are not ${named}${where}.${hint}`, header);
  }
  const control = FORBIDDEN.exec(decoded.text);
  if (control !== null) {
    return refuse('value', 'MSH', `Character ${control.index + 1} is a control character HL7 does not allow.`, header);
  }
  return assemble(decoded.text, delimiters, named, header);
}

function assemble(text: string, delimiters: Delimiters, charset: Charset, header: Message): Parsed {
  const segments: string[] = [];
  const parts = text.split(/(\r\n|\r|\n)/); // lines, and between them their ends
  for (let index = 0; index < parts.length; index += 2) {
    const line = parts[index] ?? '';
    if (line.trim() === '') continue;
    // `ECG` alone after an LF, where segments end in CR, is a line of text and no empty segment.
    const inText = line.length === 3 && parts[index - 1] === '\n' && parts[1] !== '\n';
    if (isSegment(line, delimiters.field) && !inText) segments.push(line);
    else if (looksLikeSegment(line, delimiters.field)) {
      const at = `segment ${segments.length + 1}`;
      return refuse('structure', 'MSH', `The name of ${at} is not three capitals or digits.`, header);
    } else if (segments.length === 1) {
      return refuse('structure', 'MSH', 'The line after MSH begins with no segment name.', header);
    } else segments.push(`${segments.pop() ?? ''}\n${line}`);
  }
  const [first = '', ...rest] = segments;
  const message = new ParsedMessage(delimiters, charset, first, rest);
  if (message.all('MSH').length > 1)
    return refuse('structure', 'MSH[2]', 'One message holds two MSH segments.', header);
  for (const name of ['DSC', 'ADD']) {
    const cell = message.first(name)?.at(1);
    if (cell?.filled === true) {
      return refuse('not-supported', cell.path(), 'The message is continued in another; send it as one.', header);
    }
  }
  return { ok: true, message, charset };
}

const LATIN1 = new TextDecoder('latin1');
/** Below U+0020 only tab and line ends may stand in text (FHIR R4 §string; HL7 v2.5 §2.7 wants others as `\X..\`). */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

const isSegment = (line: string, field: string): boolean =>
  /^[A-Z][A-Z0-9]{2}/.test(line) && (line.length === 3 || line.charAt(3) === field);

const looksLikeSegment = (line: string, field: string): boolean =>
  line.charAt(3) === field && /^[A-Za-z0-9]{3}/.test(line);

/** Past a byte order mark and empty lines. */
function startOf(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++;
  return at;
}

const startsWithMsh = (bytes: Uint8Array): boolean => bytes[0] === 0x4d && bytes[1] === 0x53 && bytes[2] === 0x48;

function lineEnd(bytes: Uint8Array): number {
  const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a);
  return end < 0 ? bytes.length : end;
}

const fieldSeparator = (line: string): string => (/^MSH[!-/:-@[-`{-~]/.test(line) ? line.charAt(3) : USUAL.field);

/** MSH-18, first repetition (HL7 v2.5 §2.15.9.18). windows-1252 at the source wins over 8859/1: it is that and more. */
function charsetOf(line: string, { field, repetition }: Delimiters, fallback: string): Charset | null {
  const written = (line.split(field)[17] ?? '').split(repetition)[0]?.trim() ?? '';
  const own = charsetNamed(fallback);
  if (written === '' || written === '""') return own;
  const named = charsetNamed(written);
  return named === '8859/1' && own === 'windows-1252' ? own : named;
}

/** MSH alone, for an answer; bytes without meaning in the character set become `?`. */
function headerOf(body: Uint8Array, delimiters: Delimiters, charset: Charset): Message {
  const line = body.subarray(0, lineEnd(body));
  const decoded = decode(line, charset);
  const text = decoded.ok ? decoded.text : LATIN1.decode(line).replace(/[^ -~]/g, '?');
  return new ParsedMessage(delimiters, charset, text, []);
}

const refuse = (code: IssueType, expression: string, text: string, header: Message | null): Parsed => ({
  ok: false,
  issue: { severity: 'error', code, expression, text, rule: 'hl7v2-syntax' },
  header,
});
