const DATE = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/;
const ZONE = /(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** R4 §date: year, year-month or full date, and a day the calendar has. */
export function isDate(text: string): boolean {
  const match = DATE.exec(text);
  if (!match) return false;
  const [, year = '', month, day] = match;
  if (year === '0000') return false;
  if (day === undefined) return true;
  if (Number(day) > (DAYS[Number(month) - 1] ?? 0)) return false;
  return month !== '02' || day !== '29' || isLeap(Number(year));
}

/** R4 §dateTime: a date of any precision, or a full date with a time to the second and a zone. */
export function isDateTime(text: string): boolean {
  return text.length > 10 ? isInstant(text) : isDate(text);
}

/** R4 §instant: a full date, a time to at least the second, and a zone. */
export function isInstant(text: string): boolean {
  if (text.length < 20 || text.charCodeAt(10) !== 84 || !isDate(text.slice(0, 10))) return false;
  const zone = ZONE.exec(text);
  return zone !== null && isTime(text.slice(11, zone.index));
}

/** R4 §time: hh:mm:ss with optional fractions, no zone. */
export function isTime(text: string): boolean {
  return TIME.test(text);
}

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
