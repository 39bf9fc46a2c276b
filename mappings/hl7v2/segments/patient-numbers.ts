/** The numbers a person is known by (PID-3, MRG-1), and which of them names the person. */
import type { Issue } from '../../../profiles/issue.ts';
import { patientNumber, type PatientNumber } from '../datatypes/cx.ts';
import type { Reading } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { saidAgain } from '../told-before.ts';

export interface PatientNumbers {
  readonly numbers: readonly PatientNumber[];
  /** Where each of them stands. */
  readonly places: readonly Repetition[];
  /** A BSN that fails the elfproef, two different BSNs. */
  readonly issues: readonly Issue[];
}

/** In the order given; a number said twice counts once. */
export function patientNumbers(repetitions: readonly Repetition[], rule: string, reading: Reading): PatientNumbers {
  const numbers: PatientNumber[] = [];
  const places: Repetition[] = [];
  const issues: Issue[] = [];
  for (const repetition of repetitions) {
    const read = patientNumber(repetition, rule, reading);
    if (read === undefined) continue;
    if (!read.ok) {
      issues.push(read.issue);
      continue;
    }
    const { number } = read;
    const before = places[numbers.findIndex((other) => sameNumber(number, other))];
    if (before !== undefined) {
      saidAgain(before, repetition);
      continue;
    }
    if (number.isBsn && numbers.some(({ isBsn }) => isBsn)) {
      const text = 'The message gives two different BSNs for one patient.';
      const expression = repetition.cell(1).path();
      issues.push({ severity: 'error', code: 'value', expression, text, rule: 'bsn' });
    }
    numbers.push(number);
    places.push(repetition);
  }
  return { numbers, places, issues };
}

export const sameNumber = ({ id: one }: PatientNumber, { id: other }: PatientNumber): boolean =>
  one.system === other.system && one.value === other.value;

/** The BSN, else the first PI or MR number, else the first that is no visit or account. */
export const keyNumber = (numbers: readonly PatientNumber[]): PatientNumber | undefined =>
  numbers.find(({ isBsn }) => isBsn) ??
  numbers.find(({ type }) => type === 'PI' || type === 'MR') ??
  numbers.find(({ type }) => type !== 'VN' && type !== 'AN');
