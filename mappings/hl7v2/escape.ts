/** Escape sequences of text fields (HL7 v2.5 §2.7): delimiters, hexadecimal bytes, formatting commands. */
import { charsetNamed, decode } from './charset.ts';
import type { Delimiters } from './message.ts';

/** Characters FHIR strings do not allow (R4 §string: below U+0020 only tab, line feed and carriage return). */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/**
 * Text with its escapes resolved. `\.br\`, `\.sp\` and `\.ce\` end a line, `\.sk5\` is five spaces; highlighting
 * (`\H\`, `\N\`) and indentation (`\.in\`, `\.ti\`, `\.fi\`, `\.nf\`) say nothing and vanish. Own escapes (`\Z..\`), other
 * character sets (`\C..\`, `\M..\`), and whatever is unknown or not closed stay as written: nothing is lost.
 */
export function unescapeText(raw: string, delimiters: Delimiters, charset: string): string {
  const mark = delimiters.escape;
  if (mark === '' || !raw.includes(mark)) return raw;
  let text = '';
  let from = 0;
  for (;;) {
    const open = raw.indexOf(mark, from);
    const close = open < 0 ? -1 : raw.indexOf(mark, open + 1);
    if (close < 0) return text + raw.slice(from);
    const sequence = raw.slice(open + 1, close);
    text += raw.slice(from, open) + (resolve(sequence, delimiters, charset) ?? raw.slice(open, close + 1));
    from = close + 1;
  }
}

function resolve(sequence: string, delimiters: Delimiters, charset: string): string | undefined {
  switch (sequence) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent === '' ? undefined : delimiters.subcomponent;
    case 'R':
      return delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case 'P':
      return '#'; // truncation character of v2.7
    case 'H':
    case 'N':
      return '';
    default:
      return sequence.startsWith('X') ? hexadecimal(sequence.slice(1), charset) : formatting(sequence);
  }
}

function hexadecimal(digits: string, charset: string): string | undefined {
  const known = charsetNamed(charset);
  if (known === null || !/^(?:[0-9A-Fa-f]{2})+$/.test(digits)) return undefined;
  const decoded = decode(Buffer.from(digits, 'hex'), known);
  return decoded.ok && !FORBIDDEN.test(decoded.text) ? decoded.text : undefined;
}

function formatting(sequence: string): string | undefined {
  const command = /^\.(br|sp|ce|sk|in|ti|fi|nf)\s*([+-]?\d{0,3})$/i.exec(sequence);
  if (command === null) return undefined;
  const count = Math.max(1, Number(command[2] ?? '1') || 1);
  switch (command[1]?.toLowerCase()) {
    case 'br':
    case 'ce':
      return '\n';
    case 'sp':
      return '\n'.repeat(count);
    case 'sk':
      return ' '.repeat(count);
    default:
      return '';
  }
}

/**
 * The inverse, for a message we write: our delimiters escaped, line ends as `\.br\` (as hex where a point delimits), other
 * control characters as hex. A text of two quotes would be HL7 null, which deletes: it goes as hex too.
 */
export function escapeText(text: string, delimiters: Delimiters): string {
  const { escape } = delimiters;
  if (text === '""' && escape !== '') return `${escape}X2222${escape}`;
  const letters = new Map([
    [delimiters.field, 'F'],
    [delimiters.component, 'S'],
    [delimiters.subcomponent, 'T'],
    [delimiters.repetition, 'R'],
    [escape, 'E'],
  ]);
  let out = '';
  for (const character of text) {
    const letter = letters.get(character);
    // Without an escape character a delimiter cannot be said; a space keeps the words apart.
    if (letter !== undefined) out += escape === '' ? ' ' : `${escape}${letter}${escape}`;
    else if (character === '\n' && !letters.has('.')) out += escape === '' ? ' ' : `${escape}.br${escape}`;
    else if (character < ' ' || character === '\u007f')
      out += escape === '' ? ' ' : `${escape}X${hex(character)}${escape}`;
    else out += character;
  }
  return out;
}

const hex = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
