/** What a proved Bundle says to identify its patient: the BSN, and the numbers an organisation gave. */
import type { Bundle, FhirResource, Identifier, Patient, Reference } from 'fhir/r4.js';
import { SYSTEM, WK_DERIVED } from '../../profiles/canonical.ts';
import { normaliseBsn } from '../../profiles/bsn.ts';
import type { PatientKeys } from '../ledger/ledger.ts';

/** Identifier types (v2-0203) that are a patient's number at an organisation; a visit or account number is not. */
const PATIENT_NUMBERS: ReadonlySet<string> = new Set(['PI', 'MR', 'PT', 'PE', 'PN', 'U', 'XX', 'MC']);
const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';

export function patientKeysOf(bundle: Bundle<FhirResource>): PatientKeys {
  const patients = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'Patient' ? [resource] : [],
  );
  const [patient] = patients;
  return patient === undefined ? keysOfSubject(bundle) : keysOf(patient);
}

/** A message without a Patient may still name whom it is about: by identifier, in `subject` or `patient`. */
function keysOfSubject(bundle: Bundle<FhirResource>): PatientKeys {
  const named = (bundle.entry ?? []).flatMap(({ resource }) => {
    const { subject, patient } = (resource ?? {}) as { subject?: Reference; patient?: Reference };
    const identifier = subject?.identifier ?? patient?.identifier;
    return identifier === undefined ? [] : [identifier];
  });
  return keysOf({ resourceType: 'Patient', identifier: named });
}

export function keysOf(patient: Patient): PatientKeys {
  const identifiers = patient.identifier ?? [];
  // Without any number of the sender the derived one names this message, not the patient.
  const hasBare = identifiers.some((one) => one.system === undefined && one.value !== undefined);
  const bsn = identifiers.find(({ system, value }) => system === SYSTEM.bsn && value !== undefined)?.value;
  return {
    bsn: bsn === undefined ? null : normaliseBsn(bsn),
    numbers: identifiers.flatMap(({ system, value, type, use }) =>
      system === undefined ||
      value === undefined ||
      system === SYSTEM.bsn ||
      use === 'old' ||
      !isPatientNumber(type) ||
      (system === WK_DERIVED && !hasBare)
        ? []
        : [{ assigner: system, value }],
    ),
  };
}

const isPatientNumber = (type: Identifier['type']): boolean => {
  const code = type?.coding?.find(({ system }) => system === TYPES)?.code;
  return code === undefined || PATIENT_NUMBERS.has(code);
};
