/** A40, merge of two patients (HL7 v2.5 §3.3.40): PID names the one that stays, MRG the one that goes. */
import type { Patient, PatientLink } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';
import { nlCore } from '../../profiles/canonical.ts';
import { referTo, type BundleDraft } from '../bundle.ts';
import { constant, derived, type Draft } from '../draft.ts';
import { fullUrlOf } from '../identity.ts';
import { controlIdOf } from '../hl7v2/control-id.ts';
import type { PatientNumber } from '../hl7v2/datatypes/cx.ts';
import { humanName } from '../hl7v2/datatypes/xpn.ts';
import { readingFor, type Reading } from '../hl7v2/leaf.ts';
import type { Message, Segment } from '../hl7v2/message.ts';
import { deletions } from '../hl7v2/segments/deletions.ts';
import { keyNumber, patientNumbers, sameNumber } from '../hl7v2/segments/patient-numbers.ts';
import { personEntry } from '../hl7v2/segments/pid.ts';
import { carryRemainders, carryWhole } from '../hl7v2/segments/remainder.ts';
import type { MappingContext, Warning } from '../mapping.ts';

const RULE = 'mrg.patient';

/** What one patient is known by; `assigner` is the system of the identifier. */
export interface MergedKeys {
  readonly bsn: string | null;
  readonly numbers: readonly { readonly assigner: string; readonly value: string }[];
}

export interface Merge {
  readonly surviving: MergedKeys;
  readonly retired: MergedKeys;
}

interface Group {
  readonly pid: Segment;
  readonly pd1: Segment | undefined;
  readonly mrg: Segment | undefined;
  /** PV1 and what else stands in the group. */
  readonly rest: readonly Segment[];
}

interface ReadGroup {
  readonly group: Group;
  readonly surviving: readonly PatientNumber[];
  readonly retired: readonly PatientNumber[];
  readonly issues: readonly Issue[];
}

/** PID, PD1, MRG and PV1 repeat together. What stands before the first PID (EVN) belongs to the first. */
function groupsOf(message: Message): Group[] {
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

const error = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  text,
  rule,
});

function readGroup(group: Group, reading: Reading): ReadGroup {
  const { pid, mrg } = group;
  const surviving = patientNumbers([...pid.reps(3), ...pid.reps(2), ...pid.reps(4)], 'pid.identifier', reading);
  if (mrg === undefined) {
    const text = 'A merge names the patient that goes in MRG; there is none behind this PID.';
    const issues = [...surviving.issues, error('required', 'MRG', 'required-segment', text)];
    return { group, surviving: surviving.numbers, retired: [], issues };
  }
  // MRG-4 (prior patient id) and MRG-2 (prior alternate id) are where older versions put the number.
  const retired = patientNumbers([...mrg.reps(1), ...mrg.reps(4), ...mrg.reps(2)], RULE, reading);
  const issues = [...surviving.issues, ...retired.issues];
  const own = retired.numbers.filter((number) => !surviving.numbers.some((other) => sameNumber(number, other)));
  if (surviving.numbers.length === 0) {
    issues.push(error('required', pid.rep(3).path(), 'merge', 'The patient that stays has no number.'));
  }
  if (issues.length === 0 && own.length === 0) {
    const text = 'A merge needs a number of the patient that goes which is not one of the patient that stays.';
    issues.push(error('value', mrg.rep(1).path(), 'merge', text));
  }
  return { group, surviving: surviving.numbers, retired: retired.numbers, issues };
}

/**
 * The merges of an A40, for whoever keeps which number belongs to which patient; [] for another event, or where the
 * message is refused. A BSN that MRG gives as well is among the retired keys: two different ones need a person.
 */
export function mergesOf(message: Message, context: MappingContext): readonly Merge[] {
  if (message.header.at(9, 2).text.trim() !== 'A40') return [];
  const read = groupsOf(message).map((group) => readGroup(group, readingFor(context.source)));
  if (read.some(({ issues }) => issues.length > 0)) return [];
  return read.map(({ surviving, retired }) => ({ surviving: keysOf(surviving), retired: keysOf(retired) }));
}

const keysOf = (numbers: readonly PatientNumber[]): MergedKeys => ({
  bsn: numbers.find(({ isBsn }) => isBsn)?.id.value ?? null,
  numbers: numbers
    .filter(({ isBsn, type }) => !isBsn && type !== 'VN' && type !== 'AN')
    .map(({ id: { system, value } }) => ({ assigner: system, value })),
});

/** Adds for each merge the patient that stays (`replaces`) and the one that goes (`replaced-by`, not active). */
export function mergeEntries(
  bundle: BundleDraft,
  message: Message,
  context: MappingContext,
):
  | { readonly ok: true; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly issues: readonly Issue[] } {
  const reading = readingFor(context.source);
  const groups = groupsOf(message).map((group) => readGroup(group, reading));
  if (groups.length === 0) {
    const text = 'The message names no patient: PID is missing.';
    return { ok: false, issues: [error('required', 'PID', 'required-segment', text)] };
  }
  const issues = [...groups.flatMap((one) => one.issues), ...repeated(groups)];
  if (issues.length > 0) return { ok: false, issues };
  const warnings: Warning[] = [];
  for (const one of groups) warnings.push(...mergeEntry(bundle, one, message, context, reading));
  return { ok: true, warnings: [...warnings, ...reading.warnings] };
}

/** One patient in two merges of one message: which comes first decides, and the order of a transaction does not. */
function repeated(groups: readonly ReadGroup[]): Issue[] {
  return groups.flatMap(({ group, surviving, retired }, index) => {
    const earlier = groups.slice(0, index).flatMap((one) => [...one.surviving, ...one.retired]);
    const again = [...surviving, ...retired].some((number) => earlier.some((other) => sameNumber(number, other)));
    const text = 'The same patient stands in two merges of one message; send them one by one.';
    return again ? [error('not-supported', group.pid.rep(3).path(), 'merge', text)] : [];
  });
}

function mergeEntry(
  bundle: BundleDraft,
  { group, surviving, retired }: ReadGroup,
  message: Message,
  context: MappingContext,
  reading: Reading,
): readonly Warning[] {
  const { pid, pd1, mrg, rest } = group;
  if (mrg === undefined) return [];
  const own = retired.filter((number) => !surviving.some((other) => sameNumber(number, other)));
  const gone = keyNumber(own) ?? own[0];
  // One BSN on both sides: a receiver that knows the person by it has one record, which must not be made inactive.
  const oneRecord = retired.some((number) => surviving.some((other) => other.isBsn && sameNumber(number, other)));
  const target = gone && !oneRecord ? derived(fullUrlOf('Patient', gone.id), RULE) : undefined;
  const link: Draft<PatientLink> = {
    other: { reference: target, type: constant('Patient', RULE), identifier: gone?.identifier },
    type: constant('replaces', RULE),
  };
  const person = { pid, pd1, contacts: [] };
  const patient = personEntry(bundle, person, controlIdOf(message), context, {
    link: [link],
    extension: () => [
      ...deletions([pid, pd1], 'adt.deleted'),
      ...carryWhole(rest, 'adt.remainder'),
      ...(target === undefined ? carryRemainders([mrg], 'mrg.remainder') : []),
    ],
  });
  if (target === undefined || gone === undefined) return patient.warnings;
  bundle.add<Patient>('Patient', gone.id, () => {
    const draft = {
      meta: { profile: [constant(nlCore('Patient'), RULE)] },
      identifier: own.map(({ identifier }) => identifier),
      active: constant(false, RULE),
      name: mrg.reps(7).map((repetition) => humanName(repetition, RULE, reading)),
      link: [{ other: referTo(patient.reference, 'Patient', RULE), type: constant('replaced-by', RULE) }],
    };
    return { ...draft, extension: carryRemainders([mrg], 'mrg.remainder') };
  });
  return patient.warnings;
}
