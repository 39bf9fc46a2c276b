/** The delimiters a message declares in MSH-1 and MSH-2 (HL7 v2.5 §2.5.4, §2.15.9); never assumed. */
import type { Delimiters } from './message.ts';

export const USUAL: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };

/** Delimiters of a text that starts with `MSH`; a string says what is wrong with them. */
export function readDelimiters(header: string): Delimiters | string {
  const field = header.charAt(3);
  if (!isDelimiter(field)) return 'MSH-1 is not a delimiter';
  const end = header.indexOf(field, 4);
  let marks = end < 0 ? header.slice(4) : header.slice(4, end);
  // `^~\\&`: a backslash doubled by the sender's own string quoting. Escapes in its text are still written with one.
  if (marks.length === 5 && marks.charAt(2) === marks.charAt(3)) marks = marks.slice(0, 3) + marks.charAt(4);
  if (marks.length < 3 || marks.length > 5) return 'MSH-2 must hold three, four or five characters';
  if (new Set(field + marks).size !== marks.length + 1) return 'MSH-1 and MSH-2 use one character twice';
  if (!Array.from(marks).every(isDelimiter)) return 'MSH-2 holds a character that is no delimiter';
  // `^~&`: the backslash was lost on the way, the ampersand still separates subcomponents.
  if (marks.length === 3 && marks.endsWith('&')) marks = `${marks.slice(0, 2)}\u0000&`;
  const [component = '', repetition = '', escape = '', subcomponent = ''] = marks;
  return { field, component, repetition, escape: escape === '\u0000' ? '' : escape, subcomponent };
}

const isDelimiter = (character: string): boolean => /^[!-/:-@[-`{-~]$/.test(character) && character !== '"';
