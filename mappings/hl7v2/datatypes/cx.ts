/** CX to Identifier (v2-to-FHIR: CX[Identifier]), and the Dutch citizen service number among them. */
import type { Identifier } from 'fhir/r4.js';
import { normaliseBsn, passesElfproef } from '../../../profiles/bsn.ts';
import { SYSTEM } from '../../../profiles/canonical.ts';
import type { Issue } from '../../../profiles/issue.ts';
import { constant, Leaf, type Draft } from '../../draft.ts';
import { assignedSystem, type BusinessId } from '../../identity.ts';
import { codeOf, leafAt, textOf, toldWith, type Reading } from '../leaf.ts';
import type { Repetition } from '../message.ts';
import { assignerOf, authorityIn } from './hd.ts';
import { periodOf } from './ts.ts';

export interface PatientNumber {
  readonly identifier: Draft<Identifier>;
  readonly id: BusinessId;
  readonly isBsn: boolean;
  /** CX.5 as written (`PI`, `MR`, `VN`, `NNNLD`), '' when absent. */
  readonly type: string;
}

export type ReadNumber =
  { readonly ok: true; readonly number: PatientNumber } | { readonly ok: false; readonly issue: Issue };

const BSN_OID = '2.16.840.1.113883.2.4.6.3';

/** A BSN by its assigner (NLMINBIZA, the ministry) or its type (NNNLD, national number of NLD; HL7 table 0203). */
export function isBsn(repetition: Repetition): boolean {
  const assigner = repetition.cell(4).text.trim().toUpperCase();
  const type = repetition.cell(5).text.trim().toUpperCase();
  return assigner === 'NLMINBIZA' || type === 'NNNLD' || repetition.cell(4, 2).text.trim() === BSN_OID;
}

/**
 * A number of a patient; undefined when it has no value. A BSN that fails the elfproef is an issue at its place
 * (code `value`, rule `bsn`). Numbers of other types get systems of their own, so that visit 12 is not patient 12.
 */
export function patientNumber(repetition: Repetition, rule: string, reading: Reading): ReadNumber | undefined {
  if (!repetition.cell(1).filled || repetition.cell(1).text.trim() === '') return undefined;
  if (isBsn(repetition)) return bsn(repetition, rule);
  return { ok: true, number: assignedNumber(repetition, rule, reading, 'patient') };
}

/** A CX of something else than a person: `visit` (PV1-19), `preadmit` (PV1-5). Undefined when it has no value. */
export function numberOf(
  repetition: Repetition,
  sort: string,
  rule: string,
  reading: Reading,
): PatientNumber | undefined {
  return repetition.cell(1).text.trim() === '' ? undefined : assignedNumber(repetition, rule, reading, sort);
}

function bsn(repetition: Repetition, rule: string): ReadNumber {
  const cell = repetition.cell(1);
  const value = normaliseBsn(cell.text);
  if (value === null || !passesElfproef(value)) {
    const text = 'The BSN is not a valid one: it fails the elfproef.';
    return { ok: false, issue: { severity: 'error', code: 'value', expression: cell.path(), text, rule: 'bsn' } };
  }
  const by = repetition.cell(4).filled ? repetition.cell(4) : repetition.cell(5);
  for (const part of [repetition.cell(4), repetition.cell(4, 2), repetition.cell(4, 3), repetition.cell(5)]) {
    if (part.filled) part.segment.markUsed(part, toldWith(by));
  }
  const identifier: Draft<Identifier> = { system: leafAt(by, SYSTEM.bsn, rule), value: leafAt(cell, value, rule) };
  return { ok: true, number: { identifier, id: { system: SYSTEM.bsn, value }, isBsn: true, type: 'NNNLD' } };
}

/** Numbers of one assigner that may be equal but mean different things are kept apart by the sort in their system. */
const SORTS: Readonly<Record<string, string>> = {
  PI: 'patient',
  MR: 'patient',
  PT: 'patient',
  PN: 'patient',
  VN: 'visit',
  AN: 'account',
};

function assignedNumber(repetition: Repetition, rule: string, reading: Reading, untyped: string): PatientNumber {
  const cell = repetition.cell(1);
  const value = cell.text.trim();
  const type = codeOf(repetition.cell(5), rule);
  const sort =
    type === undefined ? untyped : (SORTS[type.value] ?? `patient-${encodeURIComponent(type.value.toLowerCase())}`);
  const authority = authorityIn((part) => repetition.cell(4, part));
  const system = assignedSystem(reading.source, sort, assignerOf(authority));
  const by = [authority.universalId, authority.namespace].find((part) => part.filled) ?? cell;
  const name = textOf(authority.namespace, rule);
  const checkDigit = textOf(repetition.cell(2), rule);
  const identifier: Draft<Identifier> = {
    extension: checkDigit && [{ url: constant(CHECK_DIGIT, rule), valueString: checkDigit }],
    type: type && { coding: [{ system: constant(TYPES, rule), code: type }] },
    system: new Leaf(system, by, rule),
    value: leafAt(cell, value, rule),
    period: periodOf(repetition.cell(7), repetition.cell(8), rule, reading),
    assigner: name && { display: name },
  };
  return { identifier, id: { system, value }, isBsn: false, type: type?.value ?? '' };
}

const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const CHECK_DIGIT = 'http://hl7.org/fhir/StructureDefinition/identifier-checkDigit';
