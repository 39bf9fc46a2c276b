/** Which lab profile a result or specimen may claim: nl-core where its code is one that nl-core knows, else our own. */
import { nlCore, SYSTEM, WK_CODES, wkProfile } from '../profiles/canonical.ts';
import { translate } from './terminology/translate.ts';

export const LAB_RESULT = nlCore('LaboratoryTestResult');
export const LAB_SPECIMEN = nlCore('LaboratoryTestResult.Specimen');
export const LAB_REPORT = 'http://nictiz.nl/fhir/StructureDefinition/lu-LaboratoryTestResult-DiagnosticReport';
/** The same with an extensible code binding, for a result whose code has no translation. */
export const OWN_LAB_RESULT = wkProfile('LaboratoryTestResult');
export const OWN_LAB_SPECIMEN = wkProfile('Specimen');
/** Marks a resource of which a code travels untranslated. */
export const UNTRANSLATED = { system: WK_CODES, code: 'untranslated' } as const;

export const LAB_CATEGORY = { system: SYSTEM.observationCategory, code: 'laboratory' } as const;
export const REPORT_CATEGORY = { system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' } as const;

const NHG_45 = 'https://referentiemodel.nhg.org/tabellen/nhg-tabel-45-diagnostische-bepalingen';

interface Coded {
  readonly system?: string | undefined;
  readonly code?: string | undefined;
}

/** True when one of the codes is LOINC or NHG table 45 (nl-core TestCode-en-Onderzoek-Codelijsten). */
export const namesTest = (codings: readonly Coded[]): boolean =>
  codings.some(({ system, code }) => code !== undefined && (system === SYSTEM.loinc || system === NHG_45));

/**
 * True when one of the codes is a substance known here. SNOMED CT itself is not at hand: a code of it that is not in the
 * map may be a fit one, but nobody here can say so.
 */
export const namesSubstance = (codings: readonly Coded[]): boolean =>
  codings.some(
    ({ system = '', code = '' }) =>
      system === SYSTEM.snomed && translate('specimen-type', SYSTEM.snomed, code)?.code === code,
  );
