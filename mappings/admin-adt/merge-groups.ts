/** The groups of an A40 (HL7 v2.5 §3.3.40) and the numbers in them. */
import type { Issue } from '../../profiles/issue.ts';
import type { PatientNumber } from '../hl7v2/datatypes/cx.ts';
import type { Reading } from '../hl7v2/leaf.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import { patientNumbers, sameNumber } from '../hl7v2/segments/patient-numbers.ts';
import { saidAgain } from '../hl7v2/told-before.ts';

export interface MergeGroup {
  readonly pid: Segment;
  readonly pd1: Segment | undefined;
  readonly mrg: Segment | undefined;
  /** PV1 and what else stands in the group. */
  readonly rest: readonly Segment[];
}

export interface ReadMerge {
  readonly group: MergeGroup;
  readonly surviving: readonly PatientNumber[];
  readonly retired: readonly PatientNumber[];
  readonly issues: readonly Issue[];
}

/** PID, PD1, MRG and PV1 repeat together. What stands before the first PID (EVN) belongs to the first. */
export function mergeGroups(message: Message): MergeGroup[] {
  const groups: { pid: Segment; pd1?: Segment; mrg?: Segment; rest: Segment[] }[] = [];
  const before: Segment[] = [];
  for (const segment of message.segments) {
    const last = groups.at(-1);
    if (segment.name === 'MSH') continue;
    if (segment.name === 'PID') groups.push({ pid: segment, rest: before.splice(0) });
    else if (last === undefined) before.push(segment);
    else if (segment.name === 'PD1' && last.pd1 === undefined) last.pd1 = segment;
    else if (segment.name === 'MRG' && last.mrg === undefined) last.mrg = segment;
    else last.rest.push(segment);
  }
  return groups.map(({ pid, pd1, mrg, rest }) => ({ pid, pd1, mrg, rest }));
}

export const mergeError = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  text,
  rule,
});

export function readMerge(group: MergeGroup, reading: Reading): ReadMerge {
  const { pid, mrg } = group;
  const surviving = patientNumbers([...pid.reps(3), ...pid.reps(2), ...pid.reps(4)], 'pid.identifier', reading);
  if (mrg === undefined) {
    const text = 'A merge names the patient that goes in MRG; there is none behind this PID.';
    const issues = [...surviving.issues, mergeError('required', 'MRG', 'required-segment', text)];
    return { group, surviving: surviving.numbers, retired: [], issues };
  }
  // MRG-4 (prior patient id) and MRG-2 (prior alternate id) are where older versions put the number.
  const retired = patientNumbers([...mrg.reps(1), ...mrg.reps(4), ...mrg.reps(2)], 'mrg.patient', reading);
  const issues = [...surviving.issues, ...retired.issues];
  const own = retired.numbers.filter((number, index) => {
    const both = surviving.places[surviving.numbers.findIndex((other) => sameNumber(number, other))];
    const place = retired.places[index];
    if (both !== undefined && place !== undefined) saidAgain(both, place);
    return both === undefined;
  });
  if (surviving.numbers.length === 0) {
    issues.push(mergeError('required', pid.rep(3).path(), 'merge', 'The patient that stays has no number.'));
  }
  if (issues.length === 0 && own.length === 0) {
    const text = 'A merge needs a number of the patient that goes which is not one of the patient that stays.';
    issues.push(mergeError('value', mrg.rep(1).path(), 'merge', text));
  }
  return { group, surviving: surviving.numbers, retired: retired.numbers, issues };
}
