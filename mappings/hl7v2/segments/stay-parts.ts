/** Parts of the stay in PV1 that are more than a field: who treats, where, how it began and ended. */
import type { Encounter, EncounterParticipant, Location } from 'fhir/r4.js';
import { nlCore, SYSTEM } from '../../../profiles/canonical.ts';
import { identifierOf, referTo, type BundleDraft } from '../../bundle.ts';
import { constant, type Draft } from '../../draft.ts';
import { derivedId } from '../../identity.ts';
import { codeableConcept } from '../datatypes/cwe.ts';
import { numberOf } from '../datatypes/cx.ts';
import { locationName } from '../datatypes/pl.ts';
import type { Reading } from '../leaf.ts';
import type { Repetition, Segment } from '../message.ts';
import { toldBefore } from '../told-before.ts';
import { practitionerRoleEntry } from './practitioner.ts';

/** Field to v3-ParticipationType. */
const PARTICIPANTS = [
  [7, 'ATND'],
  [8, 'REF'],
  [9, 'CON'],
  [17, 'ADM'],
  [52, 'PART'],
] as const;

export function participants(
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

/** @param leaves false: where the patient would have gone (PV1-36) is of a discharge that is taken back */
export function hospitalization(
  pv1: Segment,
  reading: Reading,
  leaves: boolean,
): Draft<NonNullable<Encounter['hospitalization']>> {
  const concept = (field: number, table: string) =>
    codeableConcept(pv1.rep(field), 'pv1.hospitalization', reading, table);
  return {
    preAdmissionIdentifier: numberOf(pv1.rep(5), 'preadmit', 'pv1.hospitalization', reading)?.identifier,
    admitSource: concept(14, '0023'),
    reAdmission: concept(13, '0092'),
    dietPreference: [concept(38, '0114')],
    specialArrangement: pv1.reps(15).map((each) => codeableConcept(each, 'pv1.hospitalization', reading, '0009')),
    specialCourtesy: [concept(16, '0099')],
    dischargeDisposition: leaves ? concept(36, '0112') : undefined,
  };
}

/** nl-core-Encounter takes one location, the assigned one (PV1-3); earlier and temporary ones travel as they are. */
export function locations(
  bundle: BundleDraft,
  pv1: Segment,
  reading: Reading,
  stay: Encounter['status'],
  ended: boolean,
): NonNullable<Draft<Encounter['location']>> {
  const reference = locationEntry(bundle, pv1.rep(3), 'pv1.location', reading);
  if (reference === undefined) return [];
  const status =
    // Nobody is at the place of a stay that did not come about.
    stay === 'cancelled'
      ? undefined
      : stay === 'finished' || ended
        ? 'completed'
        : stay === 'planned'
          ? 'planned'
          : 'active';
  return [
    { location: referTo(reference, 'Location', 'pv1.location'), status: status && constant(status, 'pv1.location') },
  ];
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
  const entry = bundle.add<Location>('Location', id, () => ({
    meta: { profile: [constant(nlCore('HealthcareProvider'), rule)] },
    identifier: [identifierOf(id)],
    name,
  }));
  toldBefore(bundle, entry, [repetition]);
  return entry;
}
