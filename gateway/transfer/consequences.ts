/** What a step of the Task sets in motion, within the commit that stores it. */
import type { Coding, Task } from 'fhir/r4.js';
import { taskUpdateBundle } from '../../mappings/transfer-notice/notice.ts';
import { SYSTEM, WK_CODES } from '../../profiles/canonical.ts';
import { deliverHandoff, releaseHeld } from '../enrolment/admit.ts';
import { fhirContent, queueDelivery, type Desk } from '../intake/desk.ts';
import type { Enrolment, HostedTask, Tx } from '../ledger/ledger.ts';
import { destinationFor, hostOf, partyOf } from '../regions/load.ts';
import { answerInV2 } from './answer-v2.ts';
import { resourceFor } from './view.ts';
import type { TaskActor, TaskStatus } from './transitions.ts';

export async function followStep(
  tx: Tx,
  desk: Desk,
  enrolment: Enrolment,
  task: Task,
  step: TaskStatus,
  traceparent: string | null,
): Promise<void> {
  const at = desk.now();
  switch (step) {
    case 'accepted':
      await tx.updateEnrolment(enrolment.id, { status: 'active', activeAt: at });
      await deliverHandoff(tx, desk, { ...enrolment, status: 'active', activeAt: at }, task, traceparent);
      await releaseHeld(tx, desk, enrolment.patient);
      return;
    case 'rejected':
    case 'cancelled':
    case 'failed':
      await tx.updateEnrolment(enrolment.id, { status: 'ended', endedAt: at });
      await cancelWaiting(tx, desk, enrolment);
      return;
    case 'completed':
      if (endsTheStay(task) && enrolment.status !== 'ended') {
        await tx.updateEnrolment(enrolment.id, { status: 'ended', endedAt: at });
      }
      await tx.refreshStatus(enrolment.messageId);
      return;
    case 'requested':
    case 'received':
    case 'in-progress':
      await tx.refreshStatus(enrolment.messageId);
  }
}

/**
 * Everything of this patient that still waits for the VVT: nobody there is waiting for it any more. Unless the patient is,
 * or is asked to be, there by another transfer: then only what belongs to this one.
 */
async function cancelWaiting(tx: Tx, desk: Desk, enrolment: Enrolment): Promise<void> {
  const at = desk.now();
  const others = await tx.enrolmentsOfPatient(enrolment.patient);
  if (others.some(({ id, status }) => id !== enrolment.id && status !== 'ended')) {
    for (const id of await tx.cancelOpenDeliveries(enrolment.messageId, at)) {
      await tx.addEvent(enrolment.messageId, 'cancelled', at, id);
    }
    await tx.refreshStatus(enrolment.messageId);
    return;
  }
  const destinations = new Set(
    (
      ['transfer-request', 'transfer-update', 'lab-result', 'medication', 'patient-admin', 'co-treatment'] as const
    ).flatMap((flow) => {
      const destination = destinationFor(desk.region, 'vvt', flow, hostOf(desk.region, enrolment.wijkkliniek));
      return destination === null ? [] : [destination.id];
    }),
  );
  const touched = new Set<string>([enrolment.messageId]);
  for (const destination of destinations) {
    for (const { id, messageId } of await tx.cancelLane(destination, enrolment.patient, at)) {
      await tx.addEvent(messageId, 'cancelled', at, id);
      touched.add(messageId);
    }
  }
  for (const messageId of touched) await tx.refreshStatus(messageId);
}

/** `completed` with a discharge: the VVT says so by businessStatus `discharged` or an output `discharge-handover`. */
export function endsTheStay(task: Task): boolean {
  const isDischarge = ({ system, code }: Coding): boolean =>
    (system === WK_CODES && (code === 'discharged' || code === 'discharge-handover')) ||
    (system === SYSTEM.loinc && code === '18842-5');
  return (
    (task.businessStatus?.coding?.some(isDischarge) ?? false) ||
    (task.output?.some(({ type }) => type.coding?.some(isDischarge) ?? false) ?? false)
  );
}

/** Tells the other side: the Task as that side may see it. Returns the delivery's id; null when the flow has no destination there. */
export async function tellOtherSide(
  tx: Tx,
  desk: Desk,
  hosted: HostedTask,
  messageId: string,
  patient: string,
  actor: TaskActor,
  traceparent: string | null,
): Promise<string | null> {
  const other: TaskActor = actor === 'owner' ? 'requester' : 'owner';
  const { kind } = partyOf(desk.region, hosted[other]);
  const destination = destinationFor(desk.region, kind, 'transfer-update', hosted[other]);
  // A VVT that speaks HL7 v2 alone was never told of the transfer: advance notice and handoff are FHIR.
  if (destination === null || (destination.protocol === 'mllp' && other === 'owner')) return null;
  const task = resourceFor(hosted, other);
  const body = fhirContent(taskUpdateBundle(task));
  const told = { messageId, kind: 'transfer-update', destination, lane: patient, body, traceparent };
  if (destination.protocol === 'fhir') return queueDelivery(tx, desk, told);
  return queueDelivery(tx, desk, { ...told, asV2: await answerInV2(tx, desk, hosted, task) });
}
