/** A proved message is stored with its output, its patient and its recipients: one unit of the commit. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Warning } from '../../mappings/mapping.ts';
import { queueForPatient } from '../enrolment/admit.ts';
import { linkByAdmin } from '../enrolment/admin.ts';
import { endStay } from '../enrolment/end.ts';
import { routeByEnrolment, routedFields, type Routed } from '../enrolment/route.ts';
import { senderKind } from '../flows/recipients.ts';
import type { NewMessage, PatientKeys, StoredMessage, Tx } from '../ledger/ledger.ts';
import type { Source } from '../regions/region.ts';
import { openTransfer } from '../transfer/open.ts';
import { bundleOf, type Desk } from './desk.ts';
import type { Taken } from './judge.ts';
import type { Base } from './refused.ts';

type Arrived = Base & { readonly key: string | null; readonly traceparent: string | null };

export async function acceptProved(
  tx: Tx,
  desk: Desk,
  source: Source,
  arrived: Arrived,
  taken: Taken,
  { taskId, mapped }: { readonly taskId: string; readonly mapped: NewMessage['mapped'] },
): Promise<StoredMessage> {
  const { traceparent, ...facts } = arrived;
  const { flow, mapping, warnings, patientKeys, orderedAt, things } = taken;
  const routed = await routeOf(tx, desk, source, arrived, taken);
  const opens = flow === 'transfer-request' && routed.kind === 'deliver';
  const message = await tx.insertMessage({
    ...facts,
    flow,
    ...routedFields(routed),
    refusal: null,
    warnings: routed.kind === 'park' && flow === 'transfer-request' ? [...warnings, waits(routed.text)] : warnings,
    mapping,
    patientKeys,
    orderedAt,
    task: opens ? `Task/${taskId}` : null,
    things,
    mapped,
  });
  await tx.addEvent(message.id, 'received', message.receivedAt);
  await tx.addEvent(message.id, 'mapped', message.receivedAt, `${mapping.id}@${mapping.version}`);
  if (routed.kind === 'deliver') await noteReadmission(tx, message, routed.patient);
  if (routed.kind === 'hold') await tx.addEvent(message.id, 'held', message.receivedAt);
  else if (routed.kind === 'park') await tx.addEvent(message.id, 'parked', message.receivedAt, routed.text);
  else if (opens) await open(tx, desk, source, message, taken, { lane: routed.lane, taskId, traceparent });
  else {
    const sender = senderKind(desk.region, source.id);
    await queueForPatient(tx, desk, { messageId: message.id, flow, sender, lane: routed.lane, traceparent });
    if (flow === 'discharge' && routed.patient !== null) await endStay(tx, desk, routed.patient, outputOf(taken));
  }
  return message;
}

function outputOf({ clear }: Taken): Bundle<FhirResource> {
  if (clear === null) throw new Error('the commit looks into an output that is only there sealed');
  return bundleOf(clear);
}

/** Whoever asks for a bed must hear that nobody was asked yet. */
const waits = (why: string): Warning => ({
  code: 'parked',
  location: '',
  text: `a person looks at this transfer before the wijkkliniek hears of it: ${why}`,
});

async function routeOf(tx: Tx, desk: Desk, source: Source, arrived: Arrived, taken: Taken): Promise<Routed> {
  const { flow, patientKeys: keys, orderedAt, merges } = taken;
  if (flow === 'transfer-request') return patientOfTransfer(tx, keys);
  if (flow === 'patient-admin') {
    const contradiction = await linkByAdmin(tx, keys, merges);
    if (contradiction !== null) return { kind: 'park', text: contradiction };
  }
  const [number] = keys.numbers;
  return routeByEnrolment(tx, desk.region, source, {
    id: arrived.id,
    flow,
    keys,
    orderedAt,
    at: arrived.receivedAt,
    laneByNumber: number === undefined ? null : desk.keyed(`${number.assigner}|${number.value}`),
  });
}

const open = (
  tx: Tx,
  desk: Desk,
  source: Source,
  message: StoredMessage,
  taken: Taken,
  more: { readonly lane: string; readonly taskId: string; readonly traceparent: string | null },
): Promise<void> =>
  openTransfer(tx, desk, {
    messageId: message.id,
    taskId: more.taskId,
    requester: source.party,
    patient: more.lane,
    bundle: outputOf(taken),
    receivedAt: message.receivedAt,
    traceparent: more.traceparent,
  });

const READMISSION: Readonly<Record<string, string>> = { 'ADT^A01': 'readmission', 'ADT^A11': 'readmission cancelled' };

/** Admitted to a hospital again while at the wijkkliniek, or not after all: recorded with the message that says so. */
async function noteReadmission(tx: Tx, message: StoredMessage, patient: string | null): Promise<void> {
  const noted = READMISSION[message.type ?? ''];
  if (noted === undefined) return;
  const enrolments = patient === null ? [] : await tx.enrolmentsOfPatient(patient);
  const active = enrolments.find(({ status }) => status === 'active');
  if (active === undefined) return;
  await tx.addEvent(message.id, 'mapped', message.receivedAt, `${noted} during enrolment ${active.id}`);
}

/** A transfer is taken at its word for who the patient is, unless that contradicts what was linked before. */
async function patientOfTransfer(tx: Tx, keys: PatientKeys): Promise<Routed> {
  const found = await tx.findPatient(keys);
  if (found.kind === 'contradiction') return { kind: 'park', text: found.text };
  const patient = await tx.linkPatient(found.kind === 'one' ? found.patient : null, keys);
  return { kind: 'deliver', lane: patient, patient };
}
