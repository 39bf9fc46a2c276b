/** TS, DTM and DT to FHIR date, dateTime, instant and Period. */
import type { Period } from 'fhir/r4.js';
import type { Draft, Leaf } from '../../draft.ts';
import { leafAt, toldWith, type Reading } from '../leaf.ts';
import type { Cell } from '../message.ts';
import { zoneOf } from '../message-zone.ts';
import { readTime, type UnreadableTime } from '../time.ts';

const WORDS: Record<UnreadableTime, string> = {
  syntax: 'is not an HL7 time',
  impossible: 'is a day or hour that does not exist',
  gap: 'is in the hour that summer time skips',
  zone: 'is from before whole-minute time zones',
};

/** dateTime in the sender's precision. Unreadable: a warning, and the cell stays unused so that it is carried as text. */
export const dateTimeOf = (cell: Cell, rule: string, reading: Reading): Leaf<string> | undefined =>
  cell.filled ? timeLeaf(cell, precise(cell), rule, reading) : undefined;

/** The day alone (a birth date written with hours); undefined when unreadable, with a warning. */
export const dateOf = (cell: Cell, rule: string, reading: Reading): Leaf<string> | undefined =>
  cell.filled ? timeLeaf(cell, precise(cell).replace(/^(\d{8})\d{2}.*$/, '$1'), rule, reading) : undefined;

function timeLeaf(cell: Cell, text: string, rule: string, reading: Reading): Leaf<string> | undefined {
  const time = readTime(text, zoneOf(cell.segment.message, reading.source.timezone));
  if (time.kind === 'unreadable') {
    const words = `The time ${WORDS[time.reason]}; it travels as text only.`;
    reading.warnings.push({ code: 'unreadable-time', location: cell.path(), text: words });
    return undefined;
  }
  if (time.kind === 'dateTime' && time.ambiguous) {
    const words = 'The clock showed this time twice that night and the message has no offset; taken as the first.';
    reading.warnings.push({ code: 'ambiguous-local-time', location: cell.path(), text: words });
  }
  return leafAt(cell, time.text, rule);
}

/** An instant; a mere date is none, and its cell stays unused. */
export function instantOf(cell: Cell, rule: string, reading: Reading): Leaf<string> | undefined {
  if (!/^\s*\d{10}/.test(cell.text)) return undefined;
  return dateTimeOf(cell, rule, reading);
}

/** Start and end as far as they are filled. An end before its start is no period: a warning, both travel as text. */
export function periodOf(
  start: Cell,
  end: Cell | undefined,
  rule: string,
  reading: Reading,
): Draft<Period> | undefined {
  if (start.filled && end?.filled === true && isReversed(start, end, reading)) {
    const text = 'The period ends before it starts; its times travel as text only.';
    reading.warnings.push({ code: 'unreadable-time', location: end.path(), text });
    return undefined;
  }
  const from = dateTimeOf(start, rule, reading);
  const to = end && dateTimeOf(end, rule, reading);
  return from === undefined && to === undefined ? undefined : { start: from, end: to };
}

function isReversed(start: Cell, end: Cell, reading: Reading): boolean {
  const zone = zoneOf(start.segment.message, reading.source.timezone);
  const from = readTime(precise(start), zone);
  const to = readTime(precise(end), zone);
  if (from.kind === 'unreadable' || to.kind === 'unreadable') return false;
  if (from.kind === 'dateTime' && to.kind === 'dateTime') return Date.parse(from.text) > Date.parse(to.text);
  // Of unequal precision only what both say can contradict.
  const both = Math.min(from.text.length, to.text.length);
  return from.text.slice(0, both) > to.text.slice(0, both);
}

const DIGITS: Readonly<Record<string, number>> = { Y: 4, L: 6, D: 8 };

/** TS.2, degree of precision (until v2.4): `20261120000000^D` is a day, not a midnight. */
function precise(cell: Cell): string {
  const text = cell.text.trim();
  if (cell.component !== 1) return text;
  const degree = cell.segment.rep(cell.field, cell.repetition).cell(2);
  const digits = DIGITS[degree.text.trim()];
  if (digits === undefined || !/^\d+/.test(text) || text.length <= digits) return text;
  cell.segment.markUsed(degree, toldWith(cell));
  return text.slice(0, digits);
}
