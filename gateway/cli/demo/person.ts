/** A synthetic patient for one run of the demo: a test BSN (999…) that passes the elfproef, and invented facts. */
import { passesElfproef } from '../../../profiles/bsn.ts';

export interface DemoPerson {
  readonly bsn: string;
  readonly patientNumber: string;
  readonly given: string;
  readonly prefix: string;
  readonly family: string;
  readonly birthDate: string;
}

/** `random`: uniform in [0, 1). */
export function demoPerson(
  random: () => number,
  { given, birthDate }: { readonly given: string; readonly birthDate: string } = {
    given: 'Johanna',
    birthDate: '1941-03-07',
  },
): DemoPerson {
  const number = Math.floor(random() * 1_000_000);
  for (let at = 0; ; at++) {
    const bsn = `999${String((number + at) % 1_000_000).padStart(6, '0')}`;
    if (!passesElfproef(bsn)) continue;
    return {
      bsn,
      patientNumber: `8${bsn.slice(3)}`,
      given,
      prefix: 'de',
      family: 'Testpatiënt',
      birthDate,
    };
  }
}
