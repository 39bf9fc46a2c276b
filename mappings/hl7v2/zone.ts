/** Offsets of IANA zones, from the tables inside the JavaScript engine (Intl). */

export type LocalOffset =
  /** `ambiguous`: the clock showed this time twice; the offset is that of the first. */
  | { readonly kind: 'found'; readonly minutes: number; readonly ambiguous: boolean }
  /** The clock never showed this time. */
  | { readonly kind: 'gap' }
  /** The offset was not in whole minutes, which FHIR cannot write. */
  | { readonly kind: 'zone' };

const DAY = 86_400_000;

/** Offset of a wall clock time, given in milliseconds as if it were UTC. */
export function localOffset(local: number, zone: string): LocalOffset {
  const early = offsetAt(local - DAY, zone);
  const late = offsetAt(local + DAY, zone);
  const fits = [early, late]
    .filter((offset, index, all) => all.indexOf(offset) === index)
    .filter((offset) => {
      return early === late || offsetAt(local - offset, zone) === offset;
    });
  const first = fits[0];
  if (first === undefined) return { kind: 'gap' };
  if (first % 60_000 !== 0) return { kind: 'zone' };
  return { kind: 'found', minutes: first / 60_000, ambiguous: fits.length > 1 };
}

/** Offset of the zone at an instant, in minutes; null where it was not in whole ones. */
export function zoneOffset(instant: number, zone: string): number | null {
  const offset = offsetAt(instant, zone);
  return offset % 60_000 === 0 ? offset / 60_000 : null;
}

/** Per zone its formatter, and the offsets at the starts of days asked for before. */
const zones = new Map<string, { readonly format: Intl.DateTimeFormat; readonly days: Map<number, number> }>();

function offsetAt(instant: number, zone: string): number {
  let known = zones.get(zone);
  if (known === undefined) {
    known = { format: formatter(zone), days: new Map() };
    zones.set(zone, known);
  }
  const { format, days } = known;
  const day = Math.floor(instant / DAY);
  const atStart = dayOffset(format, days, day);
  // A zone changes its clock at most once a day: equal ends mean a constant day.
  if (atStart === dayOffset(format, days, day + 1)) return atStart;
  return measure(format, instant);
}

function dayOffset(format: Intl.DateTimeFormat, days: Map<number, number>, day: number): number {
  const known = days.get(day);
  if (known !== undefined) return known;
  if (days.size >= 4096) days.clear();
  const offset = measure(format, day * DAY);
  days.set(day, offset);
  return offset;
}

function measure(format: Intl.DateTimeFormat, instant: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

const formatter = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
