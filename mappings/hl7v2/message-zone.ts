/**
 * The zone of times that carry none: the offset in MSH-7 counts for the whole message (HL7 v2.5 §2.15.9.7), else the clock
 * is that of the source.
 */
import type { Message } from './message.ts';
import { readTime } from './time.ts';

/**
 * @param timezone IANA name of the source's zone
 * @returns it too where MSH-7 was told on that very clock: a time in July is then told in summer time, though the message
 *   was sent in winter. Else the offset of MSH-7, as FHIR writes it.
 */
export function zoneOf(message: Message, timezone: string): string {
  const known = message.zones.get(timezone);
  if (known !== undefined) return known;
  const zone = readZone(message.header.at(7).text.trim(), timezone);
  message.zones.set(timezone, zone);
  return zone;
}

function readZone(sent: string, timezone: string): string {
  const [, clock = '', offset] = /^(\d{10,14}(?:\.\d+)?)([+-]\d{2}:?\d{2})$/.exec(sent) ?? [];
  if (offset === undefined) return timezone;
  const told = readTime(sent, timezone);
  const there = readTime(clock, timezone);
  if (told.kind !== 'dateTime' || there.kind !== 'dateTime') return timezone;
  return told.text === there.text || there.ambiguous ? timezone : told.text.slice(-6);
}
