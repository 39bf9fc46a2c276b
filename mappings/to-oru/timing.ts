/** OBR-7, -8 and -22: when it was taken or measured, and when it was told. */
import type { Observation } from 'fhir/r4.js';
import type { Writing } from '../hl7v2/write/partner.ts';
import { times } from '../hl7v2/write/persons.ts';
import type { Said } from '../hl7v2/write/sheet.ts';
import type { Spot } from '../hl7v2/write/spot.ts';
import { writeTime } from '../hl7v2/time.ts';
import type { ResultGroup } from './groups.ts';
import { sayOnce } from './same.ts';

const RULE = 'to-oru.timing';

export type Effective = Spot<Pick<Observation, 'effectiveDateTime' | 'effectivePeriod' | 'issued'>>;

/** OBR-7 and -8: when it was taken or measured; what says the same elsewhere in the group is said by it. */
export function collected(about: readonly Effective[], { results }: ResultGroup, { partner }: Writing): [Said, Said] {
  const period = about.map((one) => one.at('effectivePeriod')).find(({ value }) => value !== undefined);
  if (period !== undefined) {
    const said = times(period, partner);
    sayOnce(
      period,
      [...about, ...results].map((one) => one.at('effectivePeriod')),
      'said with the order',
    );
    return said;
  }
  const at = about.map((one) => one.at('effectiveDateTime')).find(({ value }) => value !== undefined);
  if (at === undefined) return [undefined, undefined];
  sayOnce(
    at,
    about.map((one) => one.at('effectiveDateTime')),
    'said with the order',
  );
  return [at.saidAs(RULE, (text) => writeTime(text, partner.timezone)), undefined];
}

export function issued(about: readonly Effective[], { results }: ResultGroup, { partner }: Writing): Said {
  const at = about.map((one) => one.at('issued')).find(({ value }) => value !== undefined);
  if (at === undefined) return undefined;
  sayOnce(
    at,
    [...about, ...results].map((one) => one.at('issued')),
    'said with the order',
  );
  return at.saidAs(RULE, (text) => writeTime(text, partner.timezone));
}
