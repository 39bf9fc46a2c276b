/** The Task as each side may see it. The requester sees it whole; the VVT, until it accepted, nothing of the patient. */
import { isDeepStrictEqual } from 'node:util';
import type { Annotation, CodeableConcept, Reference, Task } from 'fhir/r4.js';
import { SYSTEM, WK_TASK } from '../../profiles/canonical.ts';
import { writeJson } from '../../profiles/json/write.ts';
import type { HostedTask } from '../ledger/ledger.ts';
import type { TaskView } from '../http/deps.ts';
import { isDisclosed, type TaskActor } from './transitions.ts';

export const actorOf = (task: HostedTask, party: string): TaskActor | null =>
  task.owner === party ? 'owner' : task.requester === party ? 'requester' : null;

export const readTask = (task: HostedTask): Task => JSON.parse(task.resource) as Task;

/** The Task's FHIR resource for this actor, with the meta of its version. */
export function resourceFor(task: HostedTask, actor: TaskActor): Task {
  const whole = readTask(task);
  const seen = actor === 'requester' || isDisclosed(task.status) ? whole : beforeAcceptance(whole);
  return {
    ...seen,
    id: task.id,
    meta: { ...seen.meta, versionId: String(task.version), lastUpdated: task.lastUpdated },
  };
}

export const viewOf = (task: HostedTask, actor: TaskActor): TaskView => ({
  id: task.id,
  version: task.version,
  lastUpdated: task.lastUpdated,
  resource: writeJson(resourceFor(task, actor)),
});

/** An allow-list: what is not named here may tell who the patient is. Answers the VVT wrote itself stay. */
function beforeAcceptance(task: Task): Task {
  const seen = {
    resourceType: 'Task',
    identifier: task.identifier?.filter(({ system }) => system === WK_TASK),
    status: task.status,
    intent: task.intent,
    code: codesOnly(task.code),
    priority: task.priority,
    authoredOn: task.authoredOn,
    requester: organisationOnly(task.requester),
    owner: task.owner,
    statusReason: codesOnly(task.statusReason),
    businessStatus: codesOnly(task.businessStatus),
    output: task.output,
    note: ownNotes(task),
    input: task.input?.filter(({ type }) => type.coding?.some(({ code }) => code === 'type-of-work')),
  };
  // Through JSON, so that what the Task does not have is absent and not undefined.
  return JSON.parse(JSON.stringify(seen)) as Task;
}

/** Codes without the words beside them: free text may name the patient. */
const codesOnly = (concept: CodeableConcept | undefined): CodeableConcept | undefined =>
  concept?.coding === undefined
    ? undefined
    : { coding: concept.coding.map(({ system, code }) => ({ ...(system && { system }), ...(code && { code }) })) };

const organisationOnly = (reference: Reference | undefined): Reference | undefined =>
  reference?.identifier?.system === SYSTEM.ura ? reference : undefined;

/** Notes the owner wrote: `signNotes` puts its name under them. */
function ownNotes(task: Task): Annotation[] | undefined {
  const own = task.note?.filter(({ authorReference }) => isDeepStrictEqual(authorReference, task.owner));
  return own === undefined || own.length === 0 ? undefined : own;
}

/** Puts the owner's name under notes that carry none, so that they stay visible to it. */
export const signNotes = (notes: readonly Annotation[], owner: Reference | undefined): Annotation[] =>
  notes.map((note) =>
    note.authorReference !== undefined || note.authorString !== undefined || owner === undefined
      ? note
      : { authorReference: owner, ...note },
  );
