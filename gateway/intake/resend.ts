/** New deliveries of a stored message, by what it is and where its conversation stands. Words when there is nothing to send. */
import { adviseNotice, handoff } from '../../mappings/transfer-notice/notice.ts';
import { queueForPatient } from '../enrolment/admit.ts';
import { patientKeysOf } from '../enrolment/patient-keys.ts';
import { senderKind } from '../flows/recipients.ts';
import type { Content, StoredMessage, Tx } from '../ledger/ledger.ts';
import { destinationFor } from '../regions/load.ts';
import { WK_TASK } from '../../profiles/canonical.ts';
import { tellOtherSide } from '../transfer/consequences.ts';
import { openTransfer } from '../transfer/open.ts';
import { isDisclosed, isOpen } from '../transfer/transitions.ts';
import { actorOf, readTask } from '../transfer/view.ts';
import { bundleOf, fhirContent, queueDelivery, type Desk } from './desk.ts';

/** Ids of the new deliveries. */
export type Resent = readonly string[] | string;

/** `force`: also to a wijkkliniek where the patient is not, on the word of the person who releases a parked message.
 *  `destination`: to this one alone, of those the message is for. */
export async function resend(
  tx: Tx,
  desk: Desk,
  message: StoredMessage,
  { force, destination }: { readonly force: boolean; readonly destination?: string | undefined },
): Promise<Resent> {
  if (message.flow === 'transfer-update') return resendTask(tx, desk, message);
  const body = await tx.mapped(message.id);
  if (body === null || message.flow === null) return 'its content was destroyed';
  if (message.flow === 'transfer-request') return resendTransfer(tx, desk, message, body);
  const lane =
    message.status === 'parked' ? await release(tx, desk, message, body, force) : { patient: message.patient };
  if (typeof lane === 'string') return lane;
  const ids = await queueForPatient(tx, desk, {
    messageId: message.id,
    flow: message.flow,
    sender: senderKind(desk.region, message.source),
    lane: lane.patient ?? message.id,
    traceparent: null,
    ...(destination === undefined ? {} : { only: destination }),
  });
  return ids.length > 0
    ? ids
    : `flow ${message.flow} has no destination${destination === undefined ? '' : ` ${destination}`}`;
}

/** A person says the parked message is this patient's: the one its BSN names, else its numbers. Nothing is linked by it. */
async function release(
  tx: Tx,
  desk: Desk,
  message: StoredMessage,
  body: Content,
  force: boolean,
): Promise<{ readonly patient: string | null } | string> {
  const keys = patientKeysOf(bundleOf(body));
  const found = await tx.findPatient(keys.bsn === null ? keys : { bsn: keys.bsn, numbers: [] });
  const patient = found.kind === 'one' ? found.patient : null;
  const enrolments = patient === null ? [] : await tx.enrolmentsOfPatient(patient);
  if (!force && !enrolments.some(({ status }) => status === 'active')) {
    return 'this patient is at no wijkkliniek now: it is sent only with force';
  }
  await tx.updateMessage(message.id, { patient });
  await tx.addEvent(message.id, 'released', desk.now());
  return { patient };
}

async function resendTransfer(tx: Tx, desk: Desk, message: StoredMessage, body: Content): Promise<Resent> {
  const bundle = bundleOf(body);
  const hosted = message.task === null ? null : await tx.task(message.task.slice('Task/'.length));
  if (hosted === null) return openParked(tx, desk, message, body);
  const destination = destinationFor(desk.region, 'vvt', 'transfer-request', hosted.owner);
  if (destination?.protocol !== 'fhir') return 'a transfer has no destination at the VVT';
  const out = { messageId: message.id, destination, lane: message.patient ?? message.id, traceparent: null };
  if (isDisclosed(hosted.status)) {
    const full = handoff(bundle, readTask(hosted));
    return [await queueDelivery(tx, desk, { ...out, kind: 'handoff', body: fhirContent(full), discloses: full })];
  }
  if (!isOpen(hosted.status)) return `the transfer is ${hosted.status}: the VVT may not see it`;
  const status = hosted.status === 'received' ? 'received' : 'requested';
  const notice = adviseNotice(bundle, { taskId: hosted.id, keyed: desk.keyed, status });
  return [await queueDelivery(tx, desk, { ...out, kind: 'notice', body: fhirContent(notice), discloses: notice })];
}

/** A transfer that was parked for its contradicting identifiers: opened for the patient its BSN names, on a person's word. */
async function openParked(tx: Tx, desk: Desk, message: StoredMessage, body: Content): Promise<Resent> {
  const bundle = bundleOf(body);
  const { bsn } = patientKeysOf(bundle);
  const tasks = (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'Task' ? [resource] : []));
  const taskId = tasks.flatMap(({ identifier }) => identifier ?? []).find(({ system }) => system === WK_TASK)?.value;
  const requester = desk.region.sources.find(({ id }) => id === message.source)?.party;
  if (bsn === null || taskId === undefined || requester === undefined) return 'its transfer cannot be opened';
  const patient = await tx.linkPatient(null, { bsn, numbers: [] });
  await tx.updateMessage(message.id, { patient, task: `Task/${taskId}`, status: 'pending' });
  await tx.addEvent(message.id, 'released', desk.now());
  const before = (await tx.deliveries(message.id)).length;
  await openTransfer(tx, desk, {
    messageId: message.id,
    taskId,
    requester,
    patient,
    bundle,
    receivedAt: desk.now(),
    traceparent: null,
  });
  return (await tx.deliveries(message.id)).slice(before).map(({ id }) => id);
}

/** A Task update is sent as the Task stands now: an older state would take back what happened since. */
async function resendTask(tx: Tx, desk: Desk, message: StoredMessage): Promise<Resent> {
  const hosted = message.task === null ? null : await tx.task(message.task.slice('Task/'.length));
  const party = desk.region.sources.find(({ id }) => id === message.source)?.party;
  const actor = hosted === null || party === undefined ? null : actorOf(hosted, party);
  if (hosted === null || actor === null || message.patient === null) return 'its Task is gone';
  const id = await tellOtherSide(tx, desk, hosted, message.id, message.patient, actor, null);
  return id === null ? 'the other side has no destination for Task updates' : [id];
}
