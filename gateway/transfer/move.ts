/** A Task changes: the message that changed it is stored, the Task gets its next version, and what follows is set in motion. */
import type { Task } from 'fhir/r4.js';
import { writeJson } from '../../profiles/json/write.ts';
import type { Desk } from '../intake/desk.ts';
import type { HostedTask, NewMessage, StoredMessage, Tx } from '../ledger/ledger.ts';
import { followStep, tellOtherSide } from './consequences.ts';
import type { TaskActor, TaskStatus } from './transitions.ts';

export interface Move {
  readonly hosted: HostedTask;
  readonly actor: TaskActor;
  /** The Task as it becomes. */
  readonly task: Task;
  /** The step taken, when the status changes. */
  readonly step: TaskStatus | null;
  readonly message: NewMessage;
  readonly traceparent: string | null;
}

/** Within the commit. Judged before: the step is this actor's to take. */
export async function moveTask(
  tx: Tx,
  desk: Desk,
  { hosted, actor, task, step, message, traceparent }: Move,
): Promise<{ readonly task: HostedTask; readonly message: StoredMessage }> {
  const enrolment = await tx.enrolmentOfTask(hosted.id);
  if (enrolment === null) throw new Error('a hosted Task without an enrolment');
  const next: HostedTask = {
    ...hosted,
    version: hosted.version + 1,
    lastUpdated: message.receivedAt,
    status: task.status,
    resource: writeJson(task),
  };
  const stored = await tx.insertMessage({ ...message, patient: enrolment.patient, task: `Task/${hosted.id}` });
  await tx.addEvent(stored.id, 'received', message.receivedAt);
  await tx.saveTask(next, hosted.version);
  if (step !== null) await followStep(tx, desk, enrolment, task, step, traceparent);
  const told = await tellOtherSide(tx, desk, next, stored.id, enrolment.patient, actor, traceparent);
  if (told === null) await tx.updateMessage(stored.id, { status: 'unrouted' });
  else await tx.refreshStatus(stored.id);
  return { task: next, message: stored };
}
