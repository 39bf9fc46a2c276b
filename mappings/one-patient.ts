/** A FHIR message is about one patient and says about whom: it travels in that patient's lane, to those who treat her. */
import type { Bundle, FhirResource, Patient, Reference } from 'fhir/r4.js';
import { SYSTEM } from '../profiles/canonical.ts';
import type { Issue } from '../profiles/issue.ts';
import { canonicalSystem, canonicalValue } from './pass-through/identify.ts';

/** Where a resource of R4 names its patient. */
const NAMED_IN = ['subject', 'patient', 'for'] as const;

interface Named {
  readonly at: string;
  readonly reference: Reference;
}

export const issueAt = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  rule,
  text,
});

/** Faults of a message about nobody, or with two Patients. */
export function patientFaults(bundle: Bundle): Issue[] {
  const patients = patientsOf(bundle);
  // A Task's `for` alone is not what a message is routed by.
  const named = namesOf(bundle).some(
    ({ at, reference }) => !at.endsWith('.for') && Boolean(reference.identifier?.value),
  );
  if (patients.length === 0 && !named) {
    return [issueAt('required', 'Bundle.entry', 'patient', 'No Patient: nobody could say whom this is about.')];
  }
  return patients
    .slice(1)
    .map(({ index }) => issueAt('invariant', `Bundle.entry[${index}].resource`, 'one-patient', 'A second Patient.'));
}

/**
 * Faults of a message of which a part is about somebody else, or about nobody known here: at the receiver it would end
 * up in the wrong record.
 */
export function subjectFaults(bundle: Bundle): Issue[] {
  const [patient] = patientsOf(bundle);
  const names = namesOf(bundle);
  const bsns = new Set(names.flatMap(({ reference }) => bsnOf(reference)));
  return names.flatMap(({ at, reference }) => {
    const other = (text: string): Issue[] => [issueAt('business-rule', at, 'one-patient', text)];
    if (patient === undefined) {
      if (!reference.identifier?.value) return other('This names a patient who is not in the message.');
      return bsns.size > 1 ? other('The message names two patients.') : [];
    }
    return isSame(reference, patient, bundle)
      ? []
      : other('This is about another patient than the one in the message.');
  });
}

interface Placed {
  readonly index: number;
  readonly fullUrl: string | undefined;
  readonly resource: Patient;
}

const patientsOf = (bundle: Bundle): Placed[] =>
  (bundle.entry ?? []).flatMap(({ resource, fullUrl }, index) => {
    const one = resource as FhirResource | undefined;
    return one?.resourceType === 'Patient' ? [{ index, fullUrl, resource: one }] : [];
  });

function namesOf(bundle: Bundle): Named[] {
  return (bundle.entry ?? []).flatMap(({ resource }, index) =>
    NAMED_IN.flatMap((element) => {
      const reference = (resource as Readonly<Partial<Record<string, Reference>>> | undefined)?.[element];
      return typeof reference === 'object' ? [{ at: `Bundle.entry[${index}].resource.${element}`, reference }] : [];
    }),
  );
}

const bsnOf = ({ identifier }: Reference): string[] => {
  const { system = '', value } = identifier ?? {};
  return canonicalSystem(system) === SYSTEM.bsn && value !== undefined ? [canonicalValue(system, value)] : [];
};

/** A reference by identifier is the Patient unless it gives another number in a system that the Patient has too. */
function isSame({ reference, identifier }: Reference, patient: Placed, bundle: Bundle): boolean {
  if (reference !== undefined) {
    if (names(reference, patient)) return true;
    // A group, a device, a location: not a person.
    if ((bundle.entry ?? []).some(({ fullUrl }) => fullUrl === reference)) return true;
    if (/(^|\/)(Group|Device|Location)\//.test(reference) || reference.startsWith('#')) return true;
    if (!identifier?.value) return false;
  }
  const { system = '', value } = identifier ?? {};
  if (!value) return true;
  const known = (patient.resource.identifier ?? []).filter(
    (own) => canonicalSystem(own.system ?? '') === canonicalSystem(system),
  );
  const same = canonicalValue(system, value);
  return known.length === 0 || known.some((own) => canonicalValue(own.system ?? '', own.value ?? '') === same);
}

function names(reference: string, { fullUrl, resource }: Placed): boolean {
  const name = reference.replace(/\/_history\/[^/]+$/, '');
  const tail = /(?:^|\/)(Patient\/[^/]+)$/.exec(name)?.[1];
  return (
    name === fullUrl ||
    (tail !== undefined && (tail === `Patient/${resource.id}` || fullUrl?.endsWith(`/${tail}`) === true))
  );
}
