/** PID, PD1 and NK1 to nl-core-Patient (v2-to-FHIR: PID[Patient], PD1[Patient], NK1[Patient]). */
import type { Patient } from 'fhir/r4.js';
import { nlCore } from '../../../profiles/canonical.ts';
import type { Issue } from '../../../profiles/issue.ts';
import { identifierOf, referTo, type BundleDraft } from '../../bundle.ts';
import { constant } from '../../draft.ts';
import { derivedId, type BusinessId } from '../../identity.ts';
import type { MappingContext, Warning } from '../../mapping.ts';
import { controlIdOf } from '../control-id.ts';
import { patientNumber, type PatientNumber } from '../datatypes/cx.ts';
import { readingFor, type Reading } from '../leaf.ts';
import type { Message, Segment } from '../message.ts';
import { demographics } from './demographics.ts';
import { contacts } from './nk1.ts';
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

const RULE = 'pid.patient';

/**
 * Adds the Patient of the message: keyed by the BSN, else the first PI or MR number, else the first other number of a
 * person, else by message and place. Errors (no PID, two, a BSN that fails the elfproef, two different BSNs) leave the
 * bundle untouched.
 */
export function patientEntry(bundle: BundleDraft, message: Message, context: MappingContext): PatientEntry {
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
  const reading = readingFor(context.source);
  const { numbers, issues } = numbersOf(pid, reading);
  if (issues.length > 0) return refused(issues);
  const bsn = numbers.find(({ isBsn }) => isBsn);
  const own =
    numbers.find(({ type }) => type === 'PI' || type === 'MR') ??
    numbers.find(({ type }) => type !== 'VN' && type !== 'AN');
  const controlId = controlIdOf(message);
  const key = (bsn ?? own)?.id ?? derivedId(context.source, controlId, 'PID');
  const reference = bundle.add<Patient>('Patient', key, () => {
    const gp = message.first('PD1')?.reps(4) ?? [];
    const draft = {
      meta: { profile: [constant(nlCore('Patient'), RULE)] },
      identifier: numbers.length > 0 ? numbers.map(({ identifier }) => identifier) : [identifierOf(key)],
      ...demographics(pid, RULE, reading),
      contact: contacts(message.all('NK1'), reading),
      generalPractitioner: gp.flatMap((repetition) => {
        const role = practitionerRoleEntry(bundle, repetition, 'pd1.general-practitioner', reading, controlId);
        return role === undefined ? [] : [referTo(role, 'PractitionerRole', 'pd1.general-practitioner')];
      }),
    };
    const rest = carryRemainders([pid, message.first('PD1'), ...message.all('NK1')], 'pid.remainder');
    return { ...draft, extension: [...draft.extension, ...rest] };
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

/** PID-3, and PID-2 and PID-4 of older versions; a number said twice counts once. */
function numbersOf(pid: Segment, reading: Reading): { numbers: PatientNumber[]; issues: Issue[] } {
  const numbers: PatientNumber[] = [];
  const issues: Issue[] = [];
  for (const repetition of [...pid.reps(3), ...pid.reps(2), ...pid.reps(4)]) {
    const read = patientNumber(repetition, 'pid.identifier', reading);
    if (read === undefined) continue;
    if (!read.ok) {
      issues.push(read.issue);
      continue;
    }
    const { number } = read;
    if (numbers.some(({ id }) => id.system === number.id.system && id.value === number.id.value)) continue;
    if (number.isBsn && numbers.some(({ isBsn }) => isBsn)) {
      const text = 'The message gives two different BSNs for one patient.';
      const expression = repetition.cell(1).path();
      issues.push({ severity: 'error', code: 'value', expression, text, rule: 'bsn' });
    }
    numbers.push(number);
  }
  return { numbers, issues };
}

/** PID-31 `Y` (identity unknown) and PID-32 (reliability) `NNNLD`: the BSN was not checked against an identity document. */
function unverified(pid: Segment): Warning[] {
  const unknown = pid.at(31);
  const flagged = pid.reps(32).map((repetition) => repetition.cell(1));
  const cell = [unknown, ...flagged].find(({ text }) => /^(Y|NNNLD)$/.test(text.trim()));
  if (cell === undefined) return [];
  const text = 'The sender marks the identity as not verified: check the BSN against an identity document.';
  return [{ code: 'unverified-bsn', location: cell.path(), text }];
}
