/**
 * REF^I12 and I13 (HL7 v2.5 §11.5) to the same transfer as in plain JSON: Task, wk-TransferRequest and what belongs to it.
 * Fields by CONTRACT §4 "A transfer as REF^I12"; a source may have the tier and the roles elsewhere (`referral` of its
 * settings).
 */
import { BundleDraft, referTo } from '../bundle.ts';
import { fullUrlOf } from '../identity.ts';
import type { Issue } from '../../profiles/issue.ts';
import { controlIdOf, messageTypeOf } from '../hl7v2/control-id.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import { readingFor } from '../hl7v2/leaf.ts';
import type { Message } from '../hl7v2/message.ts';
import { keyText } from '../hl7v2/segments/about-patient.ts';
import { keyNumber, patientNumbers } from '../hl7v2/segments/patient-numbers.ts';
import { stayIdOf } from '../hl7v2/segments/pv1.ts';
import { unusedOf } from '../hl7v2/segments/remainder.ts';
import type { Mapping, MappingContext, MappingResult } from '../mapping.ts';
import { loincOf, wrongValue } from '../observed/vital-sign.ts';
import { segmentsOf, type ReferralSegments } from './groups.ts';
import { readProvider, type ReadProvider } from './provider.ts';
import { addRequest } from './request.ts';
import { requestKey } from './request-key.ts';
import { readTriage } from './triage.ts';

const MAPPING = { id: 'referral-v2', version: '1.1.0' } as const;

const error = (code: Issue['code'], expression: string, rule: string, text: string): Issue => ({
  severity: 'error',
  code,
  expression,
  text,
  rule,
});

/**
 * Refused, all faults at once: no RF1, no or a second patient, no BSN or one that fails the elfproef, no tier, nobody with
 * role RESP, an unstable patient, need of complex diagnostics, a vital sign in a unit it cannot have, a referral that is
 * already rejected or expired. What the tier asks of the roles, and the region, are rules on the finished Bundle.
 */
export const referralV2: Mapping<Message> = {
  ...MAPPING,
  map(message, context): MappingResult {
    const reading = readingFor(context.source);
    const segments = segmentsOf(message, context.source);
    const triage = readTriage(message, segments, context.source);
    const providers = segments.providers.map((one) => readProvider(one, reading, context.source.referral?.roles));
    const patient = patientOf(message, context);
    const rf1 = message.first('RF1');
    const issues = [
      ...eventFaults(message),
      ...patient.issues,
      ...triage.issues,
      ...teamFaults(providers),
      ...wrongValues(segments, context),
    ];
    if (rf1 === undefined) issues.push(error('required', 'RF1', 'required-segment', 'A referral needs RF1.'));
    if (rf1 === undefined || patient.id === undefined || issues.length > 0) return { ok: false, issues };

    const bundle = new BundleDraft(context.source, controlIdOf(message));
    const fullUrl = fullUrlOf('Patient', patient.id);
    const stay = stayIdOf(message, context, fullUrl);
    const about = {
      bundle,
      reading,
      controlId: controlIdOf(message),
      patient: referTo(fullUrl, 'Patient'),
      encounter: stay === null ? undefined : referTo(fullUrlOf('Encounter', stay), 'Encounter'),
      patientKey: keyText(patient.id),
    };
    const key = requestKey(message, reading);
    const referral = { about, message, context, rf1, key, segments, providers, triage, warnings: [...triage.warnings] };
    addRequest(referral);
    return {
      ok: true,
      mapping: MAPPING,
      entries: bundle.entries(),
      warnings: [...referral.warnings, ...reading.warnings],
      unused: () => unusedOf(message),
    };
  },
};

function eventFaults(message: Message): Issue[] {
  const { event } = messageTypeOf(message);
  const issues: Issue[] = [];
  if (event !== 'I12' && event !== 'I13') {
    const text = 'This event asks for no transfer; I12 does, and I13 changes one.';
    issues.push(error('not-supported', message.header.at(9, 2).path(), 'no-event', text));
  }
  const status = message.first('RF1')?.at(1);
  if (status !== undefined && /^[RE]$/.test(status.text.trim())) {
    const text = 'The referral is already rejected or expired.';
    issues.push(error('business-rule', status.path(), 'wk-referral-status', text));
  }
  return issues;
}

/** The rules want a BSN; found here, its place is told in the words of the sender. */
function patientOf(message: Message, context: MappingContext) {
  const [pid, second] = message.all('PID');
  if (pid === undefined) {
    const text = 'The message names no patient: PID is missing.';
    return { id: undefined, issues: [error('required', 'PID', 'required-segment', text)] };
  }
  const repetitions = [...pid.reps(3), ...pid.reps(2), ...pid.reps(4)];
  const { numbers, issues } = patientNumbers(repetitions, 'pid.identifier', readingFor(context.source));
  const found = [...issues];
  if (second !== undefined) {
    const text = 'The message speaks of more than one patient; send one message per patient.';
    found.push(error('not-supported', 'PID[2]', 'one-patient', text));
  }
  const key = keyNumber(numbers);
  if (issues.length === 0 && key?.isBsn !== true) {
    found.push(error('required', 'PID-3', 'wk-transfer-3', 'A transfer needs the BSN of the patient.'));
  }
  return { id: key?.id, issues: found };
}

function teamFaults(providers: readonly ReadProvider[]): Issue[] {
  if (providers.some(({ roles }) => roles.some(({ role }) => role === 'RESP'))) return [];
  const text = 'Nobody is regiebehandelaar: a PRD with role RESP in PRD-1.1.';
  return [error('required', 'PRD', 'wk-role-1', text)];
}

const wrongValues = ({ observed }: ReferralSegments, context: MappingContext): Issue[] =>
  observed.flatMap(({ obx }) => {
    const loinc = loincOf(codesOf(obx.rep(3), 'referral.observation', readingFor(context.source)));
    const wrong = wrongValue(loinc, obx);
    return wrong === undefined ? [] : [error('value', obx.at(wrong.field).path(), 'wk-vital-unit', wrong.text)];
  });
