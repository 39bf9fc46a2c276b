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
import type { Message } from '../hl7v2/message.ts';
import { deletions } from '../hl7v2/segments/deletions.ts';
import { keyNumber, sameNumber } from '../hl7v2/segments/patient-numbers.ts';
import { personEntry } from '../hl7v2/segments/pid.ts';
import { carryRemainders, carryWhole } from '../hl7v2/segments/remainder.ts';
import type { MappingContext, Warning } from '../mapping.ts';
import { mergeError, mergeGroups, readMerge, type ReadMerge } from './merge-groups.ts';

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

/**
 * The merges of an A40, for whoever keeps which number belongs to which patient; [] for another event, or where the
 * message is refused. A BSN that MRG gives as well is among the retired keys: two different ones need a person.
 */
export function mergesOf(message: Message, context: MappingContext): readonly Merge[] {
  if (message.header.at(9, 2).text.trim() !== 'A40') return [];
  const read = mergeGroups(message).map((group) => readMerge(group, readingFor(context.source)));
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
  const groups = mergeGroups(message).map((group) => readMerge(group, reading));
  if (groups.length === 0) {
    const text = 'The message names no patient: PID is missing.';
    return { ok: false, issues: [mergeError('required', 'PID', 'required-segment', text)] };
  }
  const issues = [...groups.flatMap((one) => one.issues), ...repeated(groups)];
  if (issues.length > 0) return { ok: false, issues };
  const warnings: Warning[] = [];
  for (const one of groups) warnings.push(...mergeEntry(bundle, one, message, context, reading));
  return { ok: true, warnings: [...warnings, ...reading.warnings] };
}

/** One patient in two merges of one message: which comes first decides, and the order of a transaction does not. */
function repeated(groups: readonly ReadMerge[]): Issue[] {
  return groups.flatMap(({ group, surviving, retired }, index) => {
    const earlier = groups.slice(0, index).flatMap((one) => [...one.surviving, ...one.retired]);
    const again = [...surviving, ...retired].some((number) => earlier.some((other) => sameNumber(number, other)));
    const text = 'The same patient stands in two merges of one message; send them one by one.';
    return again ? [mergeError('not-supported', group.pid.rep(3).path(), 'merge', text)] : [];
  });
}

function mergeEntry(
  bundle: BundleDraft,
  { group, surviving, retired }: ReadMerge,
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
