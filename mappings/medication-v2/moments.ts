/** Which of two HL7 times comes later. */
import type { Reading } from '../hl7v2/leaf.ts';
import type { Cell } from '../hl7v2/message.ts';
import { zoneOf } from '../hl7v2/message-zone.ts';
import { readTime } from '../hl7v2/time.ts';

/**
 * True when `one` is certainly after `other`: of unequal precision (a day and an hour) only what both say can tell. False
 * when either is empty or unreadable.
 */
export function isAfter(one: Cell, other: Cell, reading: Reading): boolean {
  const zone = zoneOf(one.segment.message, reading.source.timezone);
  const [first, second] = [one, other].map(({ text }) => readTime(text, zone));
  if (first === undefined || second === undefined) return false;
  if (first.kind === 'unreadable' || second.kind === 'unreadable') return false;
  if (first.kind === 'dateTime' && second.kind === 'dateTime') return Date.parse(first.text) > Date.parse(second.text);
  const both = Math.min(first.text.length, second.text.length);
  return first.text.slice(0, both) > second.text.slice(0, both);
}
