/**
 * RDE^O11 and OMP^O09 (HL7 v2.5 §4.13.7, §4.13.3) to MP9: Patient, Encounter, allergies, diagnoses, insurance, and for
 * each order a medication agreement with its product. A stop or change is the same agreement in a new state.
 */
import type { Issue } from '../../profiles/issue.ts';
import { BundleDraft, referTo } from '../bundle.ts';
import { controlIdOf, messageTypeOf } from '../hl7v2/control-id.ts';
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
import { agreementEntry } from './agreement.ts';
import { orderControl } from './control.ts';
import { giveOf } from './give.ts';
import { groupsOf, type OrderGroup } from './groups.ts';
import { orderNumbers } from './order-numbers.ts';
import type { OrderScope, Scope } from './scope.ts';
import { statementsOf } from './statement.ts';
import { sharesGroup, treatmentOf } from './treatment.ts';

const MAPPING = { id: 'medication-v2', version: '1.0.0' } as const;

/** Message types this mapping reads (an ORM^O01 with RXO is an OMP^O09 under its older name); dispense and administration say other things than an agreement. */
const TYPES: ReadonlySet<string> = new Set(['RDE^O11', 'OMP^O09', 'ORM^O01']);

/** Refused: no PID, more than one, a BSN that fails the elfproef, no order, an order without RXO and RXE or product. */
export const medicationV2: Mapping<Message> = {
  ...MAPPING,
  map(message, context) {
    const { groups, strays } = groupsOf(message);
    const issues = faults(message, groups);
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
    const inOrders = new Set(groups.flatMap(({ diagnoses }) => diagnoses));
    diagnosisEntries(
      about,
      message.all('DG1').filter((dg1) => !inOrders.has(dg1)),
    );
    coverageEntries(about, insurances);
    addOrders({ ...about, takeStrays: () => waiting.splice(0) }, groups);
    return {
      ok: true,
      mapping: MAPPING,
      entries: bundle.entries(),
      warnings: [...patient.warnings, ...stay.warnings, ...reading.warnings],
      unused: () => unusedOf(message),
    };
  },
};

function addOrders(scope: Scope, groups: readonly OrderGroup[]): void {
  const numbers = orderNumbers(groups, scope.controlId, scope.reading);
  let before: { readonly fullUrl: string; readonly stopped: boolean } | undefined;
  groups.forEach((group, index) => {
    const own = numbers[index];
    const give = giveOf(group);
    if (own === undefined || give === undefined) return;
    const control = orderControl(group, groups[index + 1], scope.reading);
    const order: OrderScope = {
      ...scope,
      group,
      numbers: own,
      control,
      give,
      statements: statementsOf(group),
      replaces: group.orc?.at(1).text.trim() === 'RO' && before?.stopped === true ? before.fullUrl : undefined,
    };
    const treatment = treatmentOf(group, own, sharesGroup(index, numbers, groups), scope.reading);
    before = { fullUrl: agreementEntry(order, treatment), stopped: control.stopped };
  });
}

function faults(message: Message, groups: readonly OrderGroup[]): Issue[] {
  const { type, event } = messageTypeOf(message);
  if (!TYPES.has(`${type}^${event}`)) {
    return [fault('not-supported', 'MSH-9', 'message-type', 'This mapping reads RDE^O11 and OMP^O09.')];
  }
  if (groups.length === 0) {
    return [
      fault('required', 'ORC', 'required-segment', 'The message holds no medication order (ORC with RXO or RXE).'),
    ];
  }
  return groups.flatMap((group) => {
    const give = giveOf(group);
    const path = group.orc?.rep(1).path() ?? 'ORC-1';
    if (give === undefined) {
      const text = 'The order has neither RXE nor RXO: nothing says what is ordered.';
      return [fault('required', path, 'required-segment', text)];
    }
    const code = give.one('code');
    if (code.filled) return [];
    return [fault('required', code.path(), 'required-field', 'The order names no product.')];
  });
}

const fault = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  rule,
  text,
});
