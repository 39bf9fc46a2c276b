/**
 * HL7 times (TS, DTM, DT; HL7 v2.5 §2.A.22) as FHIR date and dateTime. The precision of the sender is kept for years,
 * months and days; FHIR knows no dateTime without seconds, so missing minutes and seconds become zero. An offset in the
 * message is kept as written; without one the clock is that of the zone given.
 */
import { localOffset, zoneOffset } from './zone.ts';

export type ReadTime =
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  | { readonly kind: 'date'; readonly text: string }
  /** FHIR dateTime with offset (an instant too). `ambiguous`: the hour that the end of summer time repeats; the first of
   *  the two is given. */
  | { readonly kind: 'dateTime'; readonly text: string; readonly ambiguous: boolean }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableTime };

/** `syntax`: no HL7 time; `impossible`: no such day or hour (24:00 is none, HL7 hours end at 23); `gap`: the clock skipped
 *  it at the start of summer time; `zone`: the zone's offset then was not in whole minutes. */
export type UnreadableTime = 'syntax' | 'impossible' | 'gap' | 'zone';

const HL7_TIME =
  /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?(?:([+-])(\d{2}):?(\d{2}))?$/;

const OFFSET = /^[+-]\d{2}:\d{2}$/;

/** @param zone for a time without offset: an IANA name, or an offset as FHIR writes it (`+00:00`) */
export function readTime(text: string, zone: string): ReadTime {
  const match = HL7_TIME.exec(text.trim());
  if (match === null) return unreadable('syntax');
  const [, year = '', month, day, hour, minute = '00', second = '00', fraction, sign, offsetHour, offsetMinute] = match;
  if (year === '0000' || !isDay(year, month, day)) return unreadable('impossible');
  if (offsetHour !== undefined && !isOffset(offsetHour, offsetMinute ?? '')) return unreadable('impossible');
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  if (hour === undefined) return { kind: 'date', text: date };
  if (hour > '23' || minute > '59' || second > '59') return unreadable('impossible');
  const clock = `${hour}:${minute}:${second}${fraction === undefined ? '' : `.${fraction}`}`;
  const said = sign === undefined ? OFFSET.exec(zone)?.[0] : `${sign}${offsetHour ?? ''}:${offsetMinute ?? ''}`;
  if (said !== undefined) return { kind: 'dateTime', text: `${date}T${clock}${said}`, ambiguous: false };
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const offset = localOffset(local, zone);
  if (offset.kind !== 'found') return unreadable(offset.kind);
  return { kind: 'dateTime', text: `${date}T${clock}${writeOffset(offset.minutes)}`, ambiguous: offset.ambiguous };
}

const unreadable = (reason: UnreadableTime): ReadTime => ({ kind: 'unreadable', reason });

function isDay(year: string, month: string | undefined, day: string | undefined): boolean {
  if (month === undefined) return true;
  if (month < '01' || month > '12') return false;
  if (day === undefined) return true;
  return day >= '01' && Number(day) <= daysIn(Number(year), Number(month));
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** FHIR R4 §dateTime: up to 14:00. */
const isOffset = (hour: string, minute: string): boolean =>
  minute <= '59' && (hour <= '13' || (hour === '14' && minute === '00'));

function writeOffset(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
}

const FHIR_TIME = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * A FHIR date, dateTime or instant as HL7 writes it (TS, DTM), in its own precision: a date stays a date, and a moment is
 * told on the clock of the zone with its offset, since many a receiver reads the clock and not the offset; without a zone
 * on the clock it was told on. Fractions of a second to four digits, as HL7 has no more. A text of another shape is taken
 * as it is.
 */
export function writeTime(text: string, zone?: string): string {
  const [, year, month = '', day = '', clock, fraction, said = ''] = FHIR_TIME.exec(text) ?? [];
  if (year === undefined) return text;
  if (clock === undefined) return year + month + day;
  const instant = Date.parse(text);
  const minutes = zone === undefined ? null : zoneOffset(instant, zone);
  const local = minutes === null ? text : new Date(instant + minutes * 60_000).toISOString();
  const offset = minutes === null ? said.replace('Z', '+00:00') : writeOffset(minutes);
  const part = fraction === undefined ? '' : `.${fraction.slice(0, 4)}`;
  return local.slice(0, 19).replaceAll(/[-T:]/g, '') + part + offset.replace(':', '');
}
