/**
 * Medication by HL7 v2 (§4.13) to MP9: Patient, Encounter, allergies, diagnoses, insurance, and for each order group what
 * the message type tells. RDE^O11, OMP^O09: a medication agreement with its product; a stop or change is the same
 * agreement in a new state. RDE^O25: a proposal to dispense again. RDS^O13: what was dispensed. RAS^O17: what was given.
 */
import { BundleDraft, referTo } from '../bundle.ts';
import { controlIdOf } from '../hl7v2/control-id.ts';
import { readingFor } from '../hl7v2/leaf.ts';
import type { Message } from '../hl7v2/message.ts';
import { keyText, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { allergyEntries } from '../hl7v2/segments/al1.ts';
import { diagnosisEntries } from '../hl7v2/segments/dg1.ts';
import { coverageEntries, insurancesOf } from '../hl7v2/segments/in1.ts';
import { patientEntry } from '../hl7v2/segments/pid.ts';
import { encounterEntry } from '../hl7v2/segments/pv1.ts';
import { unusedOf } from '../hl7v2/segments/remainder.ts';
import type { Mapping } from '../mapping.ts';
import { faults } from './faults.ts';
import { groupsOf } from './groups.ts';
import { addTold, SUPPLIES, toldBy } from './told.ts';

const MAPPING = { id: 'medication-v2', version: '1.3.1' } as const;

/**
 * Refused: no PID, more than one, a BSN that fails the elfproef, no order; an order without RXO and RXE, a dispense without
 * RXD, an administration without RXA or the moment of it; any of them without a product.
 */
export const medicationV2: Mapping<Message> = {
  ...MAPPING,
  map(message, context) {
    const told = toldBy(message);
    const { groups, strays } = groupsOf(message, told && SUPPLIES[told]?.name);
    const issues = faults(told, groups);
    if (issues.length > 0) return { ok: false, issues };
    const controlId = controlIdOf(message);
    const bundle = new BundleDraft(context.source, controlId);
    const patient = patientEntry(bundle, message, context);
    if (patient.issues.length > 0) return { ok: false, issues: patient.issues };
    const stay = encounterEntry(bundle, message, context, patient.reference);
    const reading = readingFor(context.source);
    const insurances = insurancesOf(message);
    const waiting = [...strays, ...insurances.unnamed];
    const about: AboutPatient = {
      bundle,
      reading,
      controlId,
      patient: referTo(patient.reference, 'Patient'),
      encounter: stay.reference === null ? undefined : referTo(stay.reference, 'Encounter'),
      patientKey: patient.id === null ? controlId : keyText(patient.id),
    };
    allergyEntries(about, message.all('AL1'));
    // Only an agreement has a place for why: elsewhere a diagnosis is the patient's.
    const inOrders = new Set(told === 'agreement' ? groups.flatMap(({ diagnoses }) => diagnoses) : []);
    diagnosisEntries(
      about,
      message.all('DG1').filter((dg1) => !inOrders.has(dg1)),
    );
    coverageEntries(about, insurances);
    addTold(told, { ...about, takeStrays: () => waiting.splice(0) }, groups);
    return {
      ok: true,
      mapping: MAPPING,
      entries: bundle.entries(),
      warnings: [...patient.warnings, ...stay.warnings, ...reading.warnings],
      unused: () => unusedOf(message),
    };
  },
};
