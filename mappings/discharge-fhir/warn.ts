/** What huisarts, pharmacy and home care would miss in a discharge. */
import type { Bundle, Composition, CompositionSection, Encounter, FhirResource } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { isDischargeComposition } from '../../profiles/rules/asks-transfer.ts';
import type { Warning } from '../mapping.ts';
import { coded } from '../nl-core-claims.ts';

const MEDICATION: readonly string[] = ['MedicationRequest', 'MedicationStatement', 'MedicationDispense'];
/** LOINC: hospital discharge medications, discharge medications, history of medication use. */
const MEDICATION_SECTIONS = ['10183-2', '75311-1', '10160-0'] as const;

export function dischargeWarnings(bundle: Bundle): Warning[] {
  const resources = (bundle.entry ?? []).map(({ resource }) => resource as FhirResource | undefined);
  const letters = resources.filter(
    (resource): resource is Composition => resource?.resourceType === 'Composition' && isDischargeComposition(resource),
  );
  const stated =
    resources.some(
      (resource) => resource !== undefined && MEDICATION.includes(resource.resourceType) && stands(resource),
    ) || letters.some(({ section }) => statesMedication(section));
  const stays = (bundle.entry ?? []).flatMap(({ resource }, index) => {
    const one = resource as FhirResource | undefined;
    return one?.resourceType === 'Encounter' ? [{ at: `Bundle.entry[${index}].resource`, stay: one }] : [];
  });
  return [
    ...(stated
      ? []
      : [
          warning(
            'no-medication-statement',
            'Bundle',
            'What the patient uses from now on is not stated, nor that it is nothing.',
          ),
        ]),
    ...(stays.some(({ stay }) => stay.hospitalization?.dischargeDisposition !== undefined)
      ? []
      : [warning('no-discharge-destination', 'Bundle', 'Where the patient goes is not stated.')]),
    ...stays
      .filter(({ stay }) => !isOver(stay))
      .map(({ at }) =>
        warning('stay-not-finished', `${at}.status`, 'The patient is discharged, and her stay is not finished.'),
      ),
  ];
}

const warning = (code: Warning['code'], location: string, text: string): Warning => ({ code, location, text });

const stands = (resource: FhirResource): boolean =>
  (resource as { readonly status?: string }).status !== 'entered-in-error';

const isOver = ({ status }: Encounter): boolean => ['finished', 'cancelled', 'entered-in-error'].includes(status);

/** Words, entries, or the word that there is none (`emptyReason`). */
const statesMedication = (sections: readonly CompositionSection[] | undefined): boolean =>
  (sections ?? []).some(
    ({ code, text, entry, emptyReason, section }) =>
      (coded(code, SYSTEM.loinc, ...MEDICATION_SECTIONS) &&
        (text !== undefined || emptyReason !== undefined || (entry?.length ?? 0) > 0)) ||
      statesMedication(section),
  );
