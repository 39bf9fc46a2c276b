/** PV1 and PV2 to nl-core-Encounter (v2-to-FHIR: PV1[Encounter], PV2[Encounter]). */
import type { Coding, Encounter, EncounterParticipant, Location } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../../profiles/canonical.ts';
import { identifierOf, referTo, type BundleDraft } from '../../bundle.ts';
import { constant, type Draft, type Leaf } from '../../draft.ts';
import { derivedId, type BusinessId } from '../../identity.ts';
import type { MappingContext, Warning } from '../../mapping.ts';
import { controlIdOf } from '../control-id.ts';
import { codeableConcept, codeSystemNamed } from '../datatypes/cwe.ts';
import { numberOf } from '../datatypes/cx.ts';
import { locationName } from '../datatypes/pl.ts';
import { periodOf } from '../datatypes/ts.ts';
import { codeOf, leafAt, lookedUp, readingFor, type Reading } from '../leaf.ts';
import type { Cell, Message, Repetition, Segment } from '../message.ts';
import { practitionerRoleEntry } from './practitioner.ts';
import { carryRemainders } from './remainder.ts';

export interface EncounterEntry {
  /** urn:uuid of the Encounter; null when the message has no PV1. */
  readonly reference: string | null;
  readonly id: BusinessId | null;
  readonly warnings: readonly Warning[];
}

const RULE = 'pv1.encounter';
type Status = Encounter['status'];

/**
 * Adds the stay or contact of the message: keyed by the visit number (PV1-19), else by message and place.
 * @param status what the event says (A03 finished, A11 cancelled); absent: by PV1-45 and PV1-2
 */
export function encounterEntry(
  bundle: BundleDraft,
  message: Message,
  context: MappingContext,
  patient: string,
  status?: Leaf<Status>,
): EncounterEntry {
  const pv1 = message.first('PV1');
  if (pv1 === undefined) return { reference: null, id: null, warnings: [] };
  const pv2 = message.first('PV2');
  const reading = readingFor(context.source);
  const controlId = controlIdOf(message);
  const visit = numberOf(pv1.rep(19), 'visit', 'pv1.identifier', reading);
  const id = visit?.id ?? derivedId(context.source, controlId, 'PV1');
  const reference = bundle.add<Encounter>('Encounter', id, () => {
    const draft = {
      meta: { profile: [constant(nlCore('Encounter'), RULE)] },
      identifier: [visit?.identifier ?? identifierOf(id)],
      status: status ?? statusOf(pv1),
      class: classOf(pv1.at(2), reading),
      type: [codeableConcept(pv1.rep(4), 'pv1.type', reading, '0007')],
      serviceType: codeableConcept(pv1.rep(10), 'pv1.serviceType', reading, '0069'),
      priority: pv2 && codeableConcept(pv2.rep(25), 'pv2.priority', reading, '0217'),
      subject: referTo(patient, 'Patient', RULE),
      participant: participants(bundle, pv1, reading, controlId),
      period: periodOf(pv1.at(44), pv1.at(45), 'pv1.period', reading),
      reasonCode: pv2 && [codeableConcept(pv2.rep(3), 'pv2.reason', reading)],
      hospitalization: hospitalization(pv1, reading),
      location: locations(bundle, pv1, reading),
    };
    return { ...draft, extension: carryRemainders([pv1, pv2], 'pv1.remainder') };
  });
  return { reference, id, warnings: reading.warnings };
}

/** HL7 table 0004 (v2-to-FHIR: PatientClass[EncounterClass], PatientClass[EncounterStatus]). */
const CLASSES = { E: 'EMER', I: 'IMP', O: 'AMB', P: 'PRENC' } as const;
const TABLE_0004 = /^[RBCNU]$/;

function classOf(cell: Cell, reading: Reading): Draft<Coding> {
  const rule = 'pv1.class';
  const known = lookedUp(cell, CLASSES, rule);
  if (known !== undefined) return { system: constant(SYSTEM.actCode, rule), code: known };
  const code = codeOf(cell, rule);
  if (code === undefined) {
    // Encounter.class is required in FHIR; a sender that says nothing has an unknown class.
    return {
      system: constant('http://terminology.hl7.org/CodeSystem/v3-NullFlavor', rule),
      code: constant('UNK', rule),
    };
  }
  if (TABLE_0004.test(code.value))
    return { system: leafAt(cell, codeSystemNamed('HL70004', reading.source).uri, rule), code };
  const text = 'The patient class is not a code of HL7 table 0004; the code of the sender travels as it is.';
  reading.warnings.push({ code: 'untranslated-code', location: cell.path(), text });
  return { system: leafAt(cell, codeSystemNamed('PV1-2', reading.source).uri, rule), code };
}

function statusOf(pv1: Segment): Leaf<Status> {
  if (pv1.at(45).filled) return leafAt(pv1.at(45), 'finished', 'pv1.status');
  const code = pv1.at(2).text.trim();
  if (code === '') return constant('unknown', 'pv1.status');
  return leafAt(pv1.at(2), code === 'P' ? 'planned' : code === 'U' ? 'unknown' : 'in-progress', 'pv1.status');
}

/** Field to v3-ParticipationType. */
const PARTICIPANTS = [
  [7, 'ATND'],
  [8, 'REF'],
  [9, 'CON'],
  [17, 'ADM'],
  [52, 'PART'],
] as const;

function participants(
  bundle: BundleDraft,
  pv1: Segment,
  reading: Reading,
  controlId: string,
): Draft<EncounterParticipant>[] {
  const rule = 'pv1.participant';
  return PARTICIPANTS.flatMap(([field, type]) =>
    pv1.reps(field).flatMap((repetition) => {
      const role = practitionerRoleEntry(bundle, repetition, rule, reading, controlId);
      if (role === undefined) return [];
      const coding = [{ system: constant(SYSTEM.participation, rule), code: constant(type, rule) }];
      return [{ type: [{ coding }], individual: referTo(role, 'PractitionerRole', rule) }];
    }),
  );
}

function hospitalization(pv1: Segment, reading: Reading): Draft<NonNullable<Encounter['hospitalization']>> {
  const concept = (field: number, table: string) =>
    codeableConcept(pv1.rep(field), 'pv1.hospitalization', reading, table);
  return {
    preAdmissionIdentifier: numberOf(pv1.rep(5), 'preadmit', 'pv1.hospitalization', reading)?.identifier,
    admitSource: concept(14, '0023'),
    reAdmission: concept(13, '0092'),
    dietPreference: [concept(38, '0114')],
    specialArrangement: pv1.reps(15).map((each) => codeableConcept(each, 'pv1.hospitalization', reading, '0009')),
    specialCourtesy: [concept(16, '0099')],
    dischargeDisposition: concept(36, '0112'),
  };
}

/** nl-core-Encounter takes one location, the assigned one (PV1-3); earlier and temporary ones travel as they are. */
function locations(bundle: BundleDraft, pv1: Segment, reading: Reading): NonNullable<Draft<Encounter['location']>> {
  const reference = locationEntry(bundle, pv1.rep(3), 'pv1.location', reading);
  if (reference === undefined) return [];
  const status = pv1.at(45).filled ? 'completed' : pv1.at(2).text.trim() === 'P' ? 'planned' : 'active';
  return [{ location: referTo(reference, 'Location', 'pv1.location'), status: constant(status, 'pv1.location') }];
}

/** Adds the place of a PL under its name, which tells places of one sender apart; undefined when nothing is filled. */
function locationEntry(
  bundle: BundleDraft,
  repetition: Repetition,
  rule: string,
  reading: Reading,
): string | undefined {
  const name = locationName(repetition, rule);
  if (name === undefined) return undefined;
  const id = derivedId(reading.source, 'location', name.value);
  return bundle.add<Location>('Location', id, () => ({
    meta: { profile: [constant(nlCore('HealthcareProvider'), rule)] },
    identifier: [identifierOf(id)],
    name,
  }));
}
