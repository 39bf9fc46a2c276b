/** IN1, IN2 and IN3 to nl-core-Payer: a Coverage and the insurer that pays (v2-to-FHIR: IN1[Coverage]). */
import type { Coverage, CoverageClass, Extension, Organization } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../../profiles/canonical.ts';
import { identifierOf, referTo } from '../../bundle.ts';
import { constant, Leaf, type Draft } from '../../draft.ts';
import { assignedSystem, derivedId, type BusinessId } from '../../identity.ts';
import { codeableConcept } from '../datatypes/cwe.ts';
import { authorityIn } from '../datatypes/hd.ts';
import { periodOf } from '../datatypes/ts.ts';
import { address } from '../datatypes/xad.ts';
import { registerSystem } from '../datatypes/xcn.ts';
import { contactPoint } from '../datatypes/xtn.ts';
import { leafAt, textOf, toldWith } from '../leaf.ts';
import type { Message, Segment } from '../message.ts';
import { toldBefore } from '../told-before.ts';
import { ownKey, type AboutPatient } from './about-patient.ts';
import { carryWhole } from './remainder.ts';

const RULE = 'in1.coverage';
const PAYER = 'in1.payer';
const CLASSES = 'http://terminology.hl7.org/CodeSystem/coverage-class';
const UZOVI_OID = '2.16.840.1.113883.2.4.6.4';

export interface Insurances {
  readonly named: readonly { readonly in1: Segment; readonly more: readonly Segment[] }[];
  /** IN1 that names no insurer, with what follows it: no Coverage without a payor, so these travel as they are. */
  readonly unnamed: readonly Segment[];
}

/** IN2 and IN3 belong to the IN1 before them. */
export function insurancesOf(message: Message): Insurances {
  const named: { in1: Segment; more: Segment[] }[] = [];
  const unnamed: Segment[] = [];
  let more = unnamed;
  for (const segment of message.segments) {
    if (segment.name === 'IN1') {
      const known = [segment.at(3), segment.at(4)].some(({ text }) => text.trim() !== '');
      more = known ? [] : unnamed;
      if (known) named.push({ in1: segment, more });
      else unnamed.push(segment);
    } else if (segment.name === 'IN2' || segment.name === 'IN3') more.push(segment);
  }
  return { named, unnamed };
}

/** Adds the insurances and returns the fullUrls of the Coverages. */
export const coverageEntries = (about: AboutPatient, { named }: Insurances): string[] =>
  named.flatMap(({ in1, more }) => coverageEntry(about, in1, more) ?? []);

function coverageEntry(about: AboutPatient, in1: Segment, more: readonly Segment[]): string | undefined {
  const payor = payerEntry(about, in1);
  if (payor === undefined) return undefined;
  const { bundle, reading } = about;
  const place = `IN1 ${payor} ${in1.at(2).text.trim()} ${in1.at(36).text.trim()}`;
  const id = ownKey(about, 'Coverage', about.patientKey, place);
  return bundle.add<Coverage>('Coverage', id, () => {
    const policy = textOf(in1.at(36), RULE);
    const draft = {
      meta: { profile: [constant(nlCore('Payer.InsuranceCompany'), RULE)] },
      identifier: [
        identifierOf(id),
        policy && { system: constant(assignedSystem(reading.source, 'policy', ''), RULE), value: policy },
      ],
      status: constant('active', RULE),
      subscriberId: textOf(in1.at(49), RULE),
      beneficiary: about.patient,
      relationship: codeableConcept(in1.rep(17), RULE, reading, '0063'),
      period: periodOf(in1.at(12), in1.at(13), RULE, reading),
      payor: [referTo(payor, 'Organization', RULE)],
      class: [classOf(in1, 'plan', 2, 1, 2), classOf(in1, 'group', 8, 1, 1)],
    };
    // The kind of insurance (IN1-15) has a required Dutch value set, which codes of table 0086 are not of.
    const extension: Draft<Extension>[] = carryWhole([in1, ...more], 'in1.remainder');
    return { ...draft, extension };
  });
}

/** Plan (IN1-2: code and name) and group (IN1-8). */
function classOf(
  in1: Segment,
  type: 'plan' | 'group',
  field: number,
  code: number,
  name: number,
): Draft<CoverageClass> | undefined {
  const value = textOf(in1.at(field, code), RULE) ?? textOf(in1.at(field, name), RULE);
  if (value === undefined) return undefined;
  return {
    type: { coding: [{ system: constant(CLASSES, RULE), code: constant(type, RULE) }] },
    value,
    name: name === code ? undefined : textOf(in1.at(field, name), RULE),
  };
}

/** The insurer by its number (UZOVI, else the sender's own), else by its name. */
function payerEntry({ bundle, reading }: AboutPatient, in1: Segment): string | undefined {
  const number = insurerNumber(in1, reading);
  const name = textOf(in1.at(4), PAYER);
  if (number === undefined && name === undefined) return undefined;
  const id = number?.id ?? derivedId(reading.source, 'insurer', name?.value ?? '');
  const payer = bundle.add<Organization>('Organization', id, () => ({
    meta: { profile: [constant(nlCore('Payer-Organization'), PAYER)] },
    identifier: [number?.identifier ?? identifierOf(id)],
    name,
    telecom: in1.reps(7).map((repetition) => notAtHome(contactPoint(repetition, PAYER, reading, 'work'))),
    address: in1.reps(5).map((repetition) => notAtHome(address(repetition, PAYER, reading))),
  }));
  toldBefore(bundle, payer, [in1.rep(3), in1.rep(4)]);
  return payer;
}

function insurerNumber(in1: Segment, reading: AboutPatient['reading']) {
  const repetition = in1.rep(3);
  const cell = repetition.cell(1);
  const value = cell.text.trim();
  if (value === '') return undefined;
  const authority = authorityIn((part) => repetition.cell(4, part));
  const type = repetition.cell(5);
  const uzovi = type.text.trim() === 'UZOVI' || authority.universalId.text.trim() === UZOVI_OID;
  const system = uzovi ? SYSTEM.uzovi : registerSystem(authority, 'organization', reading);
  const by =
    [authority.universalId, authority.namespace, ...(uzovi ? [type] : [])].find(({ filled }) => filled) ?? cell;
  if (uzovi) {
    for (const part of [type, authority.namespace, authority.universalId, authority.universalIdType]) {
      if (part.filled) part.segment.markUsed(part, part === by ? '' : toldWith(by));
    }
  }
  const id: BusinessId = { system, value };
  return { id, identifier: { system: new Leaf(system, by, PAYER), value: leafAt(cell, value, PAYER) } };
}

/** An organisation has no home (FHIR org-2, org-3); a sender that calls its address so is not taken at its word. */
function notAtHome<T extends object>(point: T | undefined): T | undefined {
  const home = point !== undefined && 'use' in point && point.use instanceof Leaf && point.use.value === 'home';
  return home ? { ...point, use: undefined } : point;
}
