import fc from 'fast-check';
import { readTime } from '../../../mappings/hl7v2/time.ts';

const AMSTERDAM = 'Europe/Amsterdam';

test.each([
  ['2026', '2026'],
  ['202611', '2026-11'],
  ['20261120', '2026-11-20'],
  ['20240229', '2024-02-29'],
  ['20261120+0100', '2026-11-20'],
  [' 19410307 ', '1941-03-07'],
])('%s is the date %s, in its own precision', (text, expected) => {
  expect(readTime(text, AMSTERDAM)).toEqual({ kind: 'date', text: expected });
});

test.each([
  ['2026112014', '2026-11-20T14:00:00+01:00'],
  ['202611201405', '2026-11-20T14:05:00+01:00'],
  ['20261120140530', '2026-11-20T14:05:30+01:00'],
  ['20261120140530.1234', '2026-11-20T14:05:30.1234+01:00'],
  ['20260720140530', '2026-07-20T14:05:30+02:00'],
  ['20261120140530+0530', '2026-11-20T14:05:30+05:30'],
  ['20261120140530-0000', '2026-11-20T14:05:30-00:00'],
  ['20261120140530+01:00', '2026-11-20T14:05:30+01:00'],
  ['202611200000', '2026-11-20T00:00:00+01:00'],
  ['20261120235959', '2026-11-20T23:59:59+01:00'],
])('%s is %s at Amsterdam', (text, expected) => {
  expect(readTime(text, AMSTERDAM)).toEqual({ kind: 'dateTime', text: expected, ambiguous: false });
});

test.each([
  ['20260229', 'impossible'],
  ['20261301', 'impossible'],
  ['20260431', 'impossible'],
  ['20260100', 'impossible'],
  ['00000101', 'impossible'],
  ['20261120240000', 'impossible'],
  ['202611201260', 'impossible'],
  ['20261120140561', 'impossible'],
  ['20261120140530+1500', 'impossible'],
  ['20261120140530+0160', 'impossible'],
  ['2026-11-20', 'syntax'],
  ['20261120T1405', 'syntax'],
  ['2026112', 'syntax'],
  ['20261120140', 'syntax'],
  ['20261120140530.', 'syntax'],
  ['20261120140530Z', 'syntax'],
  ['gisteren', 'syntax'],
  ['', 'syntax'],
  ['20260329023000', 'gap'],
  ['202603290200', 'gap'],
])('%s is unreadable: %s', (text, reason) => {
  expect(readTime(text, AMSTERDAM)).toEqual({ kind: 'unreadable', reason });
});

test('the hour that the end of summer time repeats is the first of the two, and marked', () => {
  expect(readTime('20261025023000', AMSTERDAM)).toEqual({
    kind: 'dateTime',
    text: '2026-10-25T02:30:00+02:00',
    ambiguous: true,
  });
  expect(readTime('20261025023000+0100', AMSTERDAM)).toMatchObject({ ambiguous: false });
  expect(readTime('20261025030000', AMSTERDAM)).toMatchObject({ text: '2026-10-25T03:00:00+01:00', ambiguous: false });
});

test('other zones, whatever their offset', () => {
  expect(readTime('202607010900', 'UTC')).toMatchObject({ text: '2026-07-01T09:00:00+00:00' });
  expect(readTime('202607010900', 'America/New_York')).toMatchObject({ text: '2026-07-01T09:00:00-04:00' });
  expect(readTime('202607010900', 'Asia/Kathmandu')).toMatchObject({ text: '2026-07-01T09:00:00+05:45' });
  expect(readTime('202607010900', 'America/Curacao')).toMatchObject({ text: '2026-07-01T09:00:00-04:00' });
});

/** The European rule itself: summer time from the last Sunday of March to that of October, both at 01:00 UTC. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, last.getUTCDate() - last.getUTCDay(), 1);
}
const HOUR = 3_600_000;
const offsetByRule = (instant: number): number => {
  const year = new Date(instant).getUTCFullYear();
  return instant >= lastSunday(year, 2) && instant < lastSunday(year, 9) ? 2 : 1;
};

test('every hour of two years at Amsterdam agrees with the European rule', () => {
  for (let local = Date.UTC(2026, 0, 1); local < Date.UTC(2028, 0, 1); local += HOUR) {
    const wall = new Date(local).toISOString();
    const fits = [2, 1].filter((offset) => offsetByRule(local - offset * HOUR) === offset);
    const read = readTime(wall.slice(0, 19).replace(/[-T:]/g, ''), AMSTERDAM);
    if (fits.length === 0) expect(read).toEqual({ kind: 'unreadable', reason: 'gap' });
    else {
      const text = `${wall.slice(0, 19)}+0${fits[0] ?? 0}:00`;
      expect(read).toEqual({ kind: 'dateTime', text, ambiguous: fits.length === 2 });
    }
  }
});

test('any text gives an answer, and what reads as a time is one FHIR takes', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '9', '.', '+', '-'), maxLength: 24 });
  const dateTime =
    /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?[+-](0\d|1[0-4]):[0-5]\d)?)?)?$/;
  fc.assert(
    fc.property(digits, (text) => {
      const read = readTime(text, AMSTERDAM);
      if (read.kind !== 'unreadable') expect(read.text).toMatch(dateTime);
    }),
  );
});
