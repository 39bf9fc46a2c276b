/**
 * ADT A01 to A04, A08, A11 to A13, A31 and A40 (HL7 v2.5 §3.3) to nl-core Patient, Encounter and what the message says of the
 * patient beside them: diagnoses, allergies, procedures, observations, insurance.
 */
import type { Extension } from 'fhir/r4.js';
import { BundleDraft, referTo } from '../bundle.ts';
import type { Draft } from '../draft.ts';
import { fullUrlOf } from '../identity.ts';
import { controlIdOf } from '../hl7v2/control-id.ts';
import { readingFor } from '../hl7v2/leaf.ts';
import type { Message } from '../hl7v2/message.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { allergyEntries } from '../hl7v2/segments/al1.ts';
import { deletion, deletions } from '../hl7v2/segments/deletions.ts';
import { diagnosisEntries } from '../hl7v2/segments/dg1.ts';
import { coverageEntries } from '../hl7v2/segments/in1.ts';
import { patientEntry } from '../hl7v2/segments/pid.ts';
import { procedureEntries } from '../hl7v2/segments/pr1.ts';
import { encounterEntry, stayIdOf } from '../hl7v2/segments/pv1.ts';
import { carryWhole, unusedOf } from '../hl7v2/segments/remainder.ts';
import type { Mapping, MappingContext, MappingResult, Warning } from '../mapping.ts';
import { observationEntries } from '../observed/observation.ts';
import { eventCell, eventOf, statusOfEvent } from './event.ts';
import { segmentsOf, type AdtSegments } from './groups.ts';
import { mergeEntries } from './merge.ts';

const MAPPING = { id: 'admin-adt', version: '1.1.0' } as const;

/**
 * Refused: another event, no PID or (but for a merge) more than one, a BSN that fails the elfproef, an event about a stay
 * without PV1, a merge without MRG or of a patient with itself.
 */
export const adminAdt: Mapping<Message> = {
  ...MAPPING,
  map(message, context): MappingResult {
    const event = eventOf(message);
    if ('issue' in event) return { ok: false, issues: [event.issue] };
    const bundle = new BundleDraft(context.source, controlIdOf(message));
    const made =
      event.about === 'merge' ? mergeEntries(bundle, message, context) : entriesOf(bundle, message, context, event);
    if (!made.ok) return made;
    return {
      ok: true,
      mapping: MAPPING,
      entries: bundle.entries(),
      warnings: made.warnings,
      unused: () => unusedOf(message),
    };
  },
};

type Made = { readonly ok: true; readonly warnings: readonly Warning[] } | Extract<MappingResult, { ok: false }>;

function entriesOf(
  bundle: BundleDraft,
  message: Message,
  context: MappingContext,
  event: Exclude<ReturnType<typeof eventOf>, { issue: unknown }>,
): Made {
  const reading = readingFor(context.source);
  const segments = segmentsOf(message);
  const ofPerson = event.about === 'person';
  const [pv1, pv2] = [message.first('PV1'), message.first('PV2')];
  const stay = pv1 !== undefined && !ofPerson;
  const patient = patientEntry(bundle, message, context, {
    extension: () => [
      ...deletions([message.first('PID'), message.first('PD1'), ...message.all('NK1')], 'adt.deleted'),
      // A31 changes a person: a status it does not give must not overwrite that of a stay, so its PV1 travels as sent.
      ...(stay ? [] : carryWhole([pv1, pv2, ...segments.rest], 'adt.remainder')),
    ],
  });
  if (patient.issues.length > 0 || patient.id === null) return { ok: false, issues: patient.issues };
  const stayId = stay ? stayIdOf(message, context, patient.reference) : null;
  const about: AboutPatient = {
    bundle,
    reading,
    controlId: controlIdOf(message),
    patient: referTo(patient.reference, 'Patient'),
    encounter: stayId === null ? undefined : referTo(fullUrlOf('Encounter', stayId), 'Encounter'),
    patientKey: keyText(patient.id),
  };
  const warnings = stay ? stayEntry(about, message, context, patient.reference, event, segments) : [];
  othersOf(about, segments, stay);
  return { ok: true, warnings: [...patient.warnings, ...warnings, ...reading.warnings] };
}

function stayEntry(
  about: AboutPatient,
  message: Message,
  context: MappingContext,
  patient: string,
  event: Parameters<typeof statusOfEvent>[1],
  segments: AdtSegments,
): readonly Warning[] {
  const occurred = event.status === 'finished' ? message.first('EVN')?.at(6) : undefined;
  const stay = encounterEntry(about.bundle, message, context, patient, {
    status: statusOfEvent(message, event),
    // Without PV1-45 the moment at which the discharge took place (EVN-6); the moment it was typed in (EVN-2) is not it.
    end: event.reopens === true ? null : occurred?.filled === true ? occurred : undefined,
    diagnosis: () =>
      diagnosisEntries(about, segments.diagnoses, { ofStay: true }).flatMap(({ ofStay }) => ofStay ?? []),
    extension: () => [
      ...deletions([message.first('PV1'), message.first('PV2')], 'adt.deleted'),
      ...(event.reopens === true ? endTakenBack(message) : []),
      ...carryWhole(segments.rest, 'adt.remainder'),
    ],
  });
  return stay.warnings;
}

/** A13 that does not speak of PV1-45 takes it away all the same, as a `""` in it would. */
function endTakenBack(message: Message): Draft<Extension>[] {
  const end = message.first('PV1')?.rep(45);
  return end === undefined || end.filled || end.isNull ? [] : [deletion('PV1-45', eventCell(message), 'adt.reopened')];
}

function othersOf(about: AboutPatient, segments: AdtSegments, stay: boolean): void {
  if (!stay) diagnosisEntries(about, segments.diagnoses);
  allergyEntries(about, segments.allergies);
  procedureEntries(about, segments.procedures);
  observationEntries(about, segments.observed);
  coverageEntries(about, segments.insurances);
}
