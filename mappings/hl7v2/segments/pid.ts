/** PID, PD1 and NK1 to nl-core-Patient (v2-to-FHIR: PID[Patient], PD1[Patient], NK1[Patient]). */
import type { Extension, Patient, PatientLink, Reference } from 'fhir/r4.js';
import { nlCore } from '../../../profiles/canonical.ts';
import type { Issue } from '../../../profiles/issue.ts';
import { identifierOf, referTo, type BundleDraft } from '../../bundle.ts';
import { constant, type Draft } from '../../draft.ts';
import { derivedId, type BusinessId } from '../../identity.ts';
import type { MappingContext, Warning } from '../../mapping.ts';
import { controlIdOf } from '../control-id.ts';
import { readingFor, type Reading } from '../leaf.ts';
import type { Message, Segment } from '../message.ts';
import { demographics } from './demographics.ts';
import { contacts } from './nk1.ts';
import { keyNumber, patientNumbers, type PatientNumbers } from './patient-numbers.ts';
import { practitionerRoleEntry } from './practitioner.ts';
import { carryRemainders } from './remainder.ts';

export interface PatientEntry {
  /** urn:uuid of the Patient; '' when `issues` holds an error. */
  readonly reference: string;
  readonly id: BusinessId | null;
  /** Nine digits, valid; null when the message gives none. */
  readonly bsn: string | null;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Warning[];
}

/** The segments about one person: a merge (A40) has several PID. */
export interface PersonSegments {
  readonly pid: Segment;
  readonly pd1: Segment | undefined;
  readonly contacts: readonly Segment[];
}

/** What an event says of the Patient beside PID; read when the Patient has its place in the Bundle. */
export interface PatientEvent {
  readonly link?: readonly Draft<PatientLink>[];
  /** Huisarts named elsewhere than in PD1-4: PractitionerRoles, made when the Patient has its place. */
  readonly generalPractitioner?: () => readonly Draft<Reference>[];
  /** Made before the remainders of PID are carried. */
  readonly extension?: () => readonly Draft<Extension>[];
}

const RULE = 'pid.patient';

/**
 * Adds the Patient of the message: keyed by the BSN, else the first PI or MR number, else the first other number of a
 * person, else by message and place. Errors (no PID, two, a BSN that fails the elfproef, two different BSNs) leave the
 * bundle untouched.
 */
export function patientEntry(
  bundle: BundleDraft,
  message: Message,
  context: MappingContext,
  event: PatientEvent = {},
): PatientEntry {
  const pid = message.first('PID');
  if (pid === undefined) {
    const text = 'The message names no patient: PID is missing.';
    return refused([{ severity: 'error', code: 'required', expression: 'PID', text, rule: 'required-segment' }]);
  }
  const second = message.all('PID')[1];
  if (second !== undefined) {
    // Whose result is whose would be a guess.
    const text = 'The message speaks of more than one patient; send one message per patient.';
    return refused([{ severity: 'error', code: 'not-supported', expression: 'PID[2]', text, rule: 'one-patient' }]);
  }
  const person = { pid, pd1: message.first('PD1'), contacts: message.all('NK1') };
  return personEntry(bundle, person, controlIdOf(message), context, event);
}

/** The same for one of several persons. */
export function personEntry(
  bundle: BundleDraft,
  { pid, pd1, contacts: nk1 }: PersonSegments,
  controlId: string,
  context: MappingContext,
  event: PatientEvent = {},
): PatientEntry {
  const reading = readingFor(context.source);
  const { numbers, issues } = numbersOf(pid, reading);
  if (issues.length > 0) return refused(issues);
  const bsn = numbers.find(({ isBsn }) => isBsn);
  const key =
    keyNumber(numbers)?.id ?? derivedId(context.source, controlId, pid.ordinal === 1 ? 'PID' : `PID[${pid.ordinal}]`);
  const reference = bundle.add<Patient>('Patient', key, () => {
    const draft = {
      meta: { profile: [constant(nlCore('Patient'), RULE)] },
      identifier: numbers.length > 0 ? numbers.map(({ identifier }) => identifier) : [identifierOf(key)],
      ...demographics(pid, RULE, reading),
      contact: contacts(nk1, reading),
      generalPractitioner: [
        ...(pd1?.reps(4) ?? []).flatMap((repetition) => {
          const role = practitionerRoleEntry(bundle, repetition, 'pd1.general-practitioner', reading, controlId);
          return role === undefined ? [] : [referTo(role, 'PractitionerRole', 'pd1.general-practitioner')];
        }),
        ...(event.generalPractitioner?.() ?? []),
      ],
      link: event.link,
    };
    const told = event.extension?.() ?? [];
    const rest = carryRemainders([pid, pd1, ...nk1], 'pid.remainder');
    return { ...draft, extension: [...draft.extension, ...told, ...rest] };
  });
  if (bsn !== undefined) reading.warnings.push(...unverified(pid));
  return { reference, id: key, bsn: bsn?.id.value ?? null, issues: [], warnings: reading.warnings };
}

const refused = (issues: readonly Issue[]): PatientEntry => ({
  reference: '',
  id: null,
  bsn: null,
  issues,
  warnings: [],
});

/** PID-3, and PID-2 and PID-4 of older versions. */
const numbersOf = (pid: Segment, reading: Reading): PatientNumbers =>
  patientNumbers([...pid.reps(3), ...pid.reps(2), ...pid.reps(4)], 'pid.identifier', reading);

/** PID-31 `Y` (identity unknown) and PID-32 (reliability) `NNNLD`: the BSN was not checked against an identity document. */
function unverified(pid: Segment): Warning[] {
  const unknown = pid.at(31);
  const flagged = pid.reps(32).map((repetition) => repetition.cell(1));
  const cell = [unknown, ...flagged].find(({ text }) => /^(Y|NNNLD)$/.test(text.trim()));
  if (cell === undefined) return [];
  const text = 'The sender marks the identity as not verified: check the BSN against an identity document.';
  return [{ code: 'unverified-bsn', location: cell.path(), text }];
}
