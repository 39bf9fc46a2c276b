/** A transfer is changed by a message (REF^I13, REF^I14, RRI^I12, a Bundle of one Task), as it can be by PUT of its Task. */
import type { CodeableConcept, Task } from 'fhir/r4.js';
import { adviseNotice, handoff } from '../../mappings/transfer-notice/notice.ts';
import { bundleOf, fhirContent, queueDelivery, type Desk } from '../intake/desk.ts';
import type { Content, HostedTask, NewMessage, StoredMessage, Tx } from '../ledger/ledger.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { destinationFor } from '../regions/load.ts';
import { amend } from './amend.ts';
import { moveTask } from './move.ts';
import { isDisclosed, isOpen, stepsFrom, type TaskActor, type TaskStatus } from './transitions.ts';
import { actorOf, readTask } from './view.ts';

/** `of`: what names the transfer, a Task id or the conditional URL of its request; the first that is known counts. */
export type TransferChange =
  | {
      readonly kind: 'put';
      readonly of: readonly string[];
      readonly at: string;
      readonly task: Task;
      readonly ifMatch: number | null;
    }
  | {
      readonly kind: 'step';
      readonly of: readonly string[];
      readonly at: string;
      readonly status: TaskStatus;
      readonly reason: CodeableConcept | null;
    }
  /** New content for the same request; `taskId` is the one the mapping was given. */
  | { readonly kind: 'content'; readonly of: readonly string[]; readonly at: string; readonly taskId: string };

export type Changed =
  { readonly ok: true; readonly message: StoredMessage } | { readonly ok: false; readonly refusal: Refusal };

const no = (code: 'not-found' | 'business-rule' | 'conflict', expression: string, text: string): Changed => ({
  ok: false,
  // HL7 table 0357: 204 unknown key identifier.
  refusal: refuse(
    'rule',
    { code, expression, text, rule: 'wk-transfer-change' },
    code === 'not-found' ? '204' : undefined,
  ),
});

/** A message that changes a transfer: of what was mapped, something is changed before it is stored. */
export type ChangingMessage = NewMessage & { readonly mapped: Content | null };

/** Within the commit. `message` is what arrived, as it will be stored; its `mapped` holds the new content of a change. */
export async function changeTransfer(
  tx: Tx,
  desk: Desk,
  party: string,
  change: TransferChange,
  message: ChangingMessage,
  traceparent: string | null,
): Promise<Changed> {
  const hosted = await findTask(tx, change.of);
  if (hosted === null) return no('not-found', change.at, 'no transfer is known by this id');
  const actor = actorOf(hosted, party);
  if (actor === null) {
    const text = 'this transfer is between others';
    return {
      ok: false,
      refusal: refuse('not-allowed', { code: 'forbidden', expression: change.at, text, rule: 'not-allowed' }),
    };
  }
  if (change.kind === 'content') return changeContent(tx, desk, hosted, actor, change, message, traceparent);
  if (change.kind === 'put') {
    if (change.ifMatch !== null && change.ifMatch !== hosted.version) {
      return no('conflict', change.at, `the Task is at version ${hosted.version}`);
    }
    const amended = amend(hosted, actor, change.task);
    if (!amended.ok) return { ok: false, refusal: amended.refusal };
    const moved = await moveTask(tx, desk, { hosted, actor, ...amended, message, traceparent });
    return { ok: true, message: moved.message };
  }
  const allowed = stepsFrom(hosted.status, actor);
  if (!allowed.includes(change.status)) {
    const words = allowed.length === 0 ? 'no step is left for you' : `from here you may go to ${allowed.join(', ')}`;
    return no('business-rule', change.at, `${hosted.status} to ${change.status} is not a step of this Task: ${words}`);
  }
  const task: Task = { ...readTask(hosted), status: change.status };
  if (change.reason !== null) task.statusReason = change.reason;
  const moved = await moveTask(tx, desk, { hosted, actor, task, step: change.status, message, traceparent });
  return { ok: true, message: moved.message };
}

async function findTask(tx: Tx, of: readonly string[]): Promise<HostedTask | null> {
  for (const name of of) {
    const direct = await tx.task(name);
    if (direct !== null) return direct;
    const opened = (await tx.newestOnThing(name, 'transfer-request'))?.task;
    const hosted = opened === undefined || opened === null ? null : await tx.task(opened.slice('Task/'.length));
    if (hosted !== null) return hosted;
  }
  return null;
}

/** The VVT gets the new content at once: as a notice before it accepted, in full after. */
async function changeContent(
  tx: Tx,
  desk: Desk,
  hosted: HostedTask,
  actor: TaskActor,
  change: Extract<TransferChange, { kind: 'content' }>,
  message: ChangingMessage,
  traceparent: string | null,
): Promise<Changed> {
  if (actor !== 'requester' || !isOpen(hosted.status)) {
    return no('business-rule', change.at, `a transfer that is ${hosted.status} is not changed by you any more`);
  }
  const enrolment = await tx.enrolmentOfTask(hosted.id);
  if (enrolment === null || message.mapped === null) throw new Error('a transfer without enrolment or content');
  const body = withTask(message.mapped, change.taskId, hosted.id);
  const stored = await tx.insertMessage({
    ...message,
    patient: enrolment.patient,
    task: `Task/${hosted.id}`,
    mapped: body,
  });
  await tx.addEvent(stored.id, 'received', message.receivedAt);
  await tx.updateMessage(enrolment.messageId, { mapped: body });
  const destination = destinationFor(desk.region, 'vvt', 'transfer-update', hosted.owner);
  if (destination?.protocol !== 'fhir') {
    await tx.updateMessage(stored.id, { status: 'unrouted' });
    return { ok: true, message: stored };
  }
  const disclosed = isDisclosed(hosted.status);
  const status = hosted.status === 'received' ? 'received' : 'requested';
  const bundle = disclosed
    ? handoff(bundleOf(body), readTask(hosted))
    : adviseNotice(bundleOf(body), { taskId: hosted.id, keyed: desk.keyed, status });
  await queueDelivery(tx, desk, {
    messageId: stored.id,
    kind: disclosed ? 'handoff' : 'notice',
    destination,
    lane: enrolment.patient,
    body: fhirContent(bundle),
    traceparent,
  });
  await tx.refreshStatus(stored.id);
  return { ok: true, message: stored };
}

/** The mapping did not know which Task it changes; a random uuid stands nowhere else in the text. */
const withTask = (content: Content, madeFor: string, taskId: string): Content => ({
  mediaType: content.mediaType,
  bytes: Buffer.from(Buffer.from(content.bytes).toString('utf8').replaceAll(madeFor, taskId), 'utf8'),
});
