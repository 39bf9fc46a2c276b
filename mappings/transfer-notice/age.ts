/** Age in whole years on the day of the request; a range where the birth date is known in part only. */
export interface Age {
  readonly low: number;
  readonly high: number;
}

interface Day {
  readonly year: number;
  readonly rest: string | undefined;
}

/** Year and, when both are known, month and day as `MMDD`: comparable as text, no calendar or time zone needed. */
function dayOf(date: string | undefined): Day | undefined {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(date ?? '') ?? [];
  if (year === undefined) return undefined;
  return { year: Number(year), rest: month === undefined || day === undefined ? undefined : month + day };
}

/** `birthDate`: FHIR date; `on`: FHIR dateTime, read as the local day it is written with. */
export function ageOn(birthDate: string | undefined, on: string | undefined): Age | undefined {
  const born = dayOf(birthDate);
  const day = dayOf(on);
  if (born === undefined || day === undefined || day.year < born.year) return undefined;
  const years = day.year - born.year;
  const low = Math.max(0, years - 1);
  if (born.rest === undefined || day.rest === undefined) return { low, high: years };
  if (day.rest >= born.rest) return { low: years, high: years };
  return years === 0 ? undefined : { low, high: low };
}
