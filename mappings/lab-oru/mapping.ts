/**
 * ORU^R01 (HL7 v2.5 §7.3.1) and OUL^R22 (§7.3.8) to nl-core laboratory results: Patient, Encounter, and for each order a
 * ServiceRequest, Specimens, results, their panel and a DiagnosticReport. The two say the same in another order of
 * segments: only the reading of their groups differs, and a result has the same identifiers in both.
 */
import { BundleDraft, referTo } from '../bundle.ts';
import type { Issue } from '../../profiles/issue.ts';
import { controlIdOf, messageTypeOf } from '../hl7v2/control-id.ts';
import { readingFor } from '../hl7v2/leaf.ts';
import type { Message } from '../hl7v2/message.ts';
import { patientEntry } from '../hl7v2/segments/pid.ts';
import { encounterEntry } from '../hl7v2/segments/pv1.ts';
import { unusedOf } from '../hl7v2/segments/remainder.ts';
import type { Mapping } from '../mapping.ts';
import { groupsBySpecimen } from './group-by-specimen.ts';
import { groupsOf, type OrderGroup } from './groups.ts';
import { orderGroup } from './order-group.ts';
import { Keys } from './order-numbers.ts';
import { plannedIn } from './parent.ts';
import { sendingLaboratory } from './performer.ts';
import { orderScope, type Scope } from './scope.ts';

const MAPPING = { id: 'lab-oru', version: '1.3.0' } as const;

/** Refused: no PID, more than one, a BSN that fails the elfproef, a message without any order or result. */
export const labOru: Mapping<Message> = {
  ...MAPPING,
  map(message, context) {
    const { groups, strays } = messageTypeOf(message).type === 'OUL' ? groupsBySpecimen(message) : groupsOf(message);
    const issues = faults(message, groups);
    if (issues.length > 0) return { ok: false, issues };
    const controlId = controlIdOf(message);
    const bundle = new BundleDraft(context.source, controlId);
    const patient = patientEntry(bundle, message, context);
    if (patient.issues.length > 0) return { ok: false, issues: patient.issues };
    const encounter = encounterEntry(bundle, message, context, patient.reference);
    const reading = readingFor(context.source);
    const waiting = [...strays];
    const scope: Scope = {
      bundle,
      reading,
      keys: new Keys(reading),
      controlId,
      subject: referTo(patient.reference, 'Patient'),
      encounter: encounter.reference === null ? undefined : referTo(encounter.reference, 'Encounter'),
      laboratory: sendingLaboratory(bundle, message, reading),
      takeStrays: () => waiting.splice(0),
      specimens: new Map(),
      planned: plannedIn(groups, controlId, reading),
      addresses: new Map(),
    };
    for (const group of groups) orderGroup(orderScope(scope, group));
    return {
      ok: true,
      mapping: MAPPING,
      entries: bundle.entries(),
      warnings: [...patient.warnings, ...encounter.warnings, ...reading.warnings],
      unused: () => unusedOf(message),
    };
  },
};

function faults(message: Message, groups: readonly OrderGroup[]): Issue[] {
  const issues: Issue[] = message
    .all('PID')
    .slice(1)
    .map((pid) => ({
      severity: 'error',
      code: 'not-supported',
      expression: `PID[${pid.ordinal}]`,
      rule: 'one-patient',
      text: 'A second PID: one message is about one patient.',
    }));
  if (groups.every(({ orc, obr, results }) => orc === undefined && obr === undefined && results.length === 0)) {
    const text = 'The message holds no order (OBR) and no result (OBX).';
    issues.push({ severity: 'error', code: 'required', expression: 'OBR', rule: 'required-segment', text });
  }
  return issues;
}
