/** The wijkkliniek sends a patient home, in FHIR: to huisarts, pharmacy, home care and hospital. */
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping } from '../mapping.ts';
import { patientFaults, subjectFaults } from '../one-patient.ts';
import { passThrough } from '../pass-through.ts';
import { completeDischarge, completeStay } from './complete.ts';
import { dischargeFaults } from './refuse.ts';
import { dischargeWarnings } from './warn.ts';

const MAPPING = { id: 'discharge-fhir', version: '1.0.0' } as const;

/**
 * Source: a FHIR Bundle of a VVT with a ServiceRequest coded SNOMED CT 308292007 and a letter of discharge (Composition
 * LOINC 18842-5 or wk `discharge-handover`), the finished Encounter, and what follows: medication, problems, tasks.
 */
export const dischargeFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context) {
    const { bundle } = source;
    const issues = [...patientFaults(bundle), ...subjectFaults(bundle), ...dischargeFaults(bundle)];
    if (issues.length > 0) return { ok: false, issues };
    const complete = completeDischarge(bundle, context.source);
    const passed = passThrough(source, context, { mapping: MAPPING, complete });
    if (!passed.ok) return passed;
    const { placed, ...mapped } = passed;
    return {
      ...mapped,
      entries: mapped.entries.map((entry, index) => {
        const { resource, at } = placed[index] ?? {};
        return resource === undefined || at === undefined ? entry : completeStay(entry, resource, at);
      }),
      warnings: [...mapped.warnings, ...dischargeWarnings(bundle)],
    };
  },
};
