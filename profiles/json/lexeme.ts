/** Where the strings and numbers of a JSON text end (RFC 8259 §6, §7). Offsets count UTF-16 code units. */
import { Unreadable } from './unreadable.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;

/** `end` is the offset of the closing quote; an escaped string needs decoding. */
export interface StringSpan {
  end: number;
  escaped: boolean;
}

/** Finds the end of the string whose first character stands at `start`; fills `span`, so that nothing is allocated. */
export function scanString(text: string, start: number, span: StringSpan): void {
  let at = start;
  span.escaped = false;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    if (code === BACKSLASH) {
      span.escaped = true;
      at = afterEscape(text, at + 1);
    } else if (code >= 0x20) at += 1;
    else if (Number.isNaN(code)) throw new Unreadable(at, 'expected a closing quote, but the document ends');
    else throw new Unreadable(at, 'a control character stands in a string');
  }
  span.end = at;
}

function afterEscape(text: string, at: number): number {
  const letter = text.charAt(at);
  if (letter === 'u' && /^[\da-f]{4}$/i.test(text.slice(at + 1, at + 5))) return at + 5;
  if (letter !== '' && '"\\/bfnrt'.includes(letter)) return at + 1;
  throw new Unreadable(at, 'not an escape JSON knows');
}

export interface NumberSpan {
  end: number;
  /** Certain that JavaScript writes the number as it stands here. */
  plain: boolean;
}

/** Finds the end of the number at `start`; fills `span`. */
export function scanNumber(text: string, start: number, span: NumberSpan): void {
  const first = text.charCodeAt(start) === MINUS ? start + 1 : start;
  // A leading zero stands alone; a digit after it is then no comma and no end, which the reader refuses.
  let at = text.charCodeAt(first) === ZERO ? first + 1 : afterDigits(text, first);
  span.plain = first === start && at - start <= 15;
  if (text.charCodeAt(at) === DOT) {
    at = afterDigits(text, at + 1);
    // Fifteen significant digits survive a double, unless the last is a zero or the number is written with an exponent.
    if (at - start > 16 || text.charCodeAt(at - 1) === ZERO || text.startsWith('0.00000', start)) span.plain = false;
  }
  if ((text.charCodeAt(at) | 0x20) === 0x65) {
    const sign = text.charCodeAt(at + 1);
    at = afterDigits(text, sign === MINUS || sign === PLUS ? at + 2 : at + 1);
    span.plain = false;
  }
  span.end = at;
}

function afterDigits(text: string, start: number): number {
  let at = start;
  let code = text.charCodeAt(at);
  while (code >= ZERO && code <= NINE) code = text.charCodeAt(++at);
  if (at === start) throw new Unreadable(at, 'expected a digit');
  return at;
}
