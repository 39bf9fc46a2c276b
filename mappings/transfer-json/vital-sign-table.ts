/** Which profile a vital sign of a LOINC code meets, and in which unit. */
import { nlCore, SYSTEM } from '../../profiles/canonical.ts';
import { translate } from '../terminology/translate.ts';

export interface VitalSign {
  readonly profile: string;
  /** UCUM units the profile knows; a value in another unit of the table below is a slip of the pen. */
  readonly units: readonly string[];
  /** Codings that stand beside the LOINC code as sent, because the profile's pattern asks for them. */
  readonly beside?: readonly { readonly system: string; readonly code: string; readonly display: string }[];
  /** A score: an integer without a unit. */
  readonly score?: true;
  /** PijnMeetmethodeCodelijst. */
  readonly method?: string;
}

const r4 = (name: string): string => `http://hl7.org/fhir/StructureDefinition/${name}`;
const pain = [{ system: SYSTEM.snomed, code: '225908003', display: 'Pain score' }];

export const SYSTOLIC = '8480-6';
export const DIASTOLIC = '8462-4';

export const VITAL_SIGN: Readonly<Record<string, VitalSign>> = {
  '8867-4': { profile: nlCore('HeartRate'), units: ['/min'] },
  '8310-5': { profile: nlCore('BodyTemperature'), units: ['Cel'] },
  // zib2020 has no respiration in R4; the vital signs profile of FHIR itself stands in (DOMAIN: Respiration).
  '9279-1': { profile: r4('resprate'), units: ['/min'] },
  '59408-5': {
    profile: nlCore('O2Saturation'),
    units: ['%'],
    beside: [{ system: SYSTEM.loinc, code: '2708-6', display: 'Oxygen saturation in Arterial blood' }],
  },
  // By what means it was measured is not told: nl-core asks for pulse oximetry, FHIR's own profile does not.
  '2708-6': { profile: r4('oxygensat'), units: ['%'] },
  '29463-7': { profile: nlCore('BodyWeight'), units: ['kg', 'g'] },
  '8302-2': { profile: nlCore('BodyHeight'), units: ['cm'] },
  '35088-4': { profile: nlCore('GlasgowComaScale'), units: [], score: true },
  '9269-2': {
    profile: nlCore('GlasgowComaScale'),
    units: [],
    score: true,
    beside: [{ system: SYSTEM.loinc, code: '35088-4', display: 'Glasgow coma scale' }],
  },
  '72514-3': { profile: nlCore('PainScore'), units: [], score: true, beside: pain, method: 'NRS' },
  '38208-5': { profile: nlCore('PainScore'), units: [], score: true, beside: pain },
};

/** Spellings a nurse uses for a rate, which no laboratory does. */
const PER_MINUTE: readonly string[] = ['bpm', '1/min', 'x/min', 'slagen/min', 'per minuut'];

/** A unit as said → UCUM, with the ConceptMap that knew it; undefined: unknown, and not guessed. */
export function ucumOf(unit: string): { readonly code: string; readonly map: string | undefined } | undefined {
  const written = unit.trim();
  if (PER_MINUTE.includes(written.toLowerCase())) return { code: '/min', map: undefined };
  if (written === '{score}') return { code: written, map: undefined };
  return translate('units', '', written);
}
