/**
 * OML^O21 (HL7 v2.5 §4.4.6) and ORM^O01 (§4.4.1) to ServiceRequests: Patient, Encounter, allergies, insurance, and for each
 * order its specimens, diagnoses and what was observed with it. An ORM^O01 of medication (RXO) is a medication order, and
 * goes the way of one.
 */
import type { Issue } from '../../profiles/issue.ts';
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
import { Keys, orderNumbers, type OrderNumbers } from '../lab-oru/order-numbers.ts';
import type { Mapping } from '../mapping.ts';
import { medicationV2 } from '../medication-v2/mapping.ts';
import { ordersOf, type OrderLines } from './groups.ts';
import { requestEntry } from './request.ts';
import type { Scope } from './scope.ts';

const MAPPING = { id: 'order-v2', version: '1.1.0' } as const;

/**
 * Refused: no PID, more than one, a BSN that fails the elfproef, no order, an order without OBR or without a code in OBR-4,
 * medication and other orders in one message.
 */
export const orderV2: Mapping<Message> = {
  ...MAPPING,
  map(message, context) {
    const [medication] = message.all('RXO');
    if (medication !== undefined && message.first('OBR') === undefined) return medicationV2.map(message, context);
    const { orders, strays, diagnoses } = ordersOf(message);
    const issues = [...(medication === undefined ? [] : [MIXED]), ...faults(message, orders)];
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
    diagnosisEntries(about, diagnoses);
    const scope: Scope = {
      ...about,
      keys: new Keys(reading),
      insurance: coverageEntries(about, insurances),
      specimens: new Map(),
      diagnoses: new Map(),
      takeStrays: () => waiting.splice(0),
    };
    for (const group of orders) {
      if (group.obr === undefined) continue;
      requestEntry({ ...scope, group, numbers: numbersOf(scope, group) }, group.obr);
    }
    return {
      ok: true,
      mapping: MAPPING,
      entries: bundle.entries(),
      warnings: [...patient.warnings, ...stay.warnings, ...reading.warnings],
      unused: () => unusedOf(message),
    };
  },
};

/** The placer's number goes first: a new order has no other, and what follows must find it again. */
function numbersOf({ controlId, reading }: Scope, group: OrderLines): OrderNumbers {
  const numbers = orderNumbers(group, controlId, reading);
  return numbers.placer === undefined ? numbers : { ...numbers, within: keyText(numbers.placer.id) };
}

function faults(message: Message, orders: readonly OrderLines[]): Issue[] {
  const issues: Issue[] = message
    .all('PID')
    .slice(1)
    .map(({ ordinal }) =>
      fault('not-supported', `PID[${ordinal}]`, 'one-patient', 'A second PID: one message is about one patient.'),
    );
  if (orders.length === 0) {
    issues.push(fault('required', 'ORC', 'required-segment', 'The message holds no order (ORC with OBR).'));
  }
  for (const { orc, obr } of orders) {
    if (obr === undefined) {
      const text = 'The order has no OBR: nothing says what is ordered.';
      issues.push(fault('required', orc?.rep(1).path() ?? 'ORC', 'required-segment', text));
    } else if (!obr.rep(4).filled) {
      issues.push(fault('required', obr.rep(4).path(), 'required-field', 'The order names no test or procedure.'));
    }
  }
  return issues;
}

const fault = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  rule,
  text,
});

const MIXED = fault(
  'not-supported',
  'RXO',
  'one-kind-of-order',
  'Medication and other orders stand in one message; send each kind by itself.',
);
