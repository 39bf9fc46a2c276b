/** The Task workflow behind `GET|PUT /fhir/Task`. */
import { createHash } from 'node:crypto';
import type { Task } from 'fhir/r4.js';
import { isError } from '../../profiles/issue.ts';
import { checkStructure } from '../../profiles/structure.ts';
import { contentHash } from '../flows/reading.ts';
import { formOf, readTree } from '../flows/tree.ts';
import type { TaskQuery, TaskUpdate, TaskUpdated, TaskView, TaskWorkflow, Caller } from '../http/deps.ts';
import type { Desk } from '../intake/desk.ts';
import { identifySource } from '../intake/identify.ts';
import { refusedMessage } from '../intake/refused.ts';
import {
  LedgerUnavailable,
  type HostedTask,
  type Ledger,
  type NewMessage,
  type Page,
  type Tx,
} from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { refuse, wordsOf, type Refusal } from '../refusal.ts';
import type { RegionFile, Source } from '../regions/region.ts';
import { amend } from './amend.ts';
import { moveTask } from './move.ts';
import { actorOf, viewOf } from './view.ts';

export interface WorkflowDeps {
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly log: Log;
}

export function createTaskWorkflow(deps: WorkflowDeps): TaskWorkflow {
  return {
    read: (id, caller) => read(deps, id, caller),
    search: (query, caller) => search(deps, query, caller),
    update: (id, update) => put(deps, id, update),
  };
}

async function read(
  { ledger }: WorkflowDeps,
  id: string,
  caller: Caller,
): Promise<TaskView | 'not-found' | 'forbidden'> {
  const hosted = await ledger.task(id);
  if (hosted === null) return 'not-found';
  const actor = actorOf(hosted, caller.party);
  return actor === null ? 'forbidden' : viewOf(hosted, actor);
}

async function search({ ledger, desk }: WorkflowDeps, query: TaskQuery, caller: Caller): Promise<Page<TaskView>> {
  const owner = query.owner === undefined ? undefined : partyNamed(desk.region, query.owner);
  if (owner === null) return { items: [], next: null };
  const page = await ledger.tasks({
    participant: caller.party,
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(owner === undefined ? {} : { owner }),
    ...(query.since === undefined ? {} : { since: query.since }),
    limit: query.limit,
    ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
  });
  const items = page.items.flatMap((hosted) => {
    const actor = actorOf(hosted, caller.party);
    return actor === null ? [] : [viewOf(hosted, actor)];
  });
  return { items, next: page.next };
}

/** A party id, `Organization/{id}`, a URA, or `system|URA`. */
function partyNamed(region: RegionFile, owner: string): string | null {
  const value = owner.slice(Math.max(owner.lastIndexOf('|'), owner.lastIndexOf('/')) + 1);
  return region.parties.find(({ id, ura }) => id === value || ura === value)?.id ?? null;
}

async function put(deps: WorkflowDeps, id: string, update: TaskUpdate): Promise<TaskUpdated> {
  const { desk, ledger, log } = deps;
  const found = identifySource(desk, 'fhir', update.credentials, null, 'vvt');
  if (!found.ok) return { ok: false, reason: 'refused', refusal: found.refusal, messageId: null };
  if (update.ifMatch === null) return { ok: false, reason: 'precondition-required' };
  const ifMatch = update.ifMatch;
  try {
    return await ledger.write((tx) => putWithin(tx, desk, found.source, id, { ...update, ifMatch }));
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    log.failure('task.ledger-unavailable', error, { taskId: id, source: found.source.id });
    const text = 'the answer could not be stored; nothing was changed';
    const refusal = refuse('unavailable', { code: 'transient', expression: '', text, rule: 'unavailable' });
    return { ok: false, reason: 'refused', refusal, messageId: null };
  }
}

async function putWithin(
  tx: Tx,
  desk: Desk,
  source: Source,
  id: string,
  update: TaskUpdate & { readonly ifMatch: number },
): Promise<TaskUpdated> {
  const hosted = await tx.task(id);
  if (hosted === null) return { ok: false, reason: 'not-found' };
  const actor = actorOf(hosted, source.party);
  if (actor === null) return { ok: false, reason: 'forbidden' };
  // The content is the key of a Task update, together with the version it was made from: the same PUT sent again gets
  // the same answer, while an old body with a newer If-Match is a new update.
  const key = createHash('sha256').update(`${id}|${update.ifMatch}|`).update(update.bytes).digest('hex');
  const since = new Date(Date.parse(desk.now()) - source.duplicateDays * 86_400_000).toISOString();
  const holder = await tx.holderOfKey(source.id, key, since);
  if (holder !== null) return { ok: true, task: viewOf(hosted, actor), messageId: holder.id };
  if (hosted.version !== update.ifMatch) return { ok: false, reason: 'stale', version: hosted.version };
  const body = readBody(update, id);
  const amended = body.ok ? amend(hosted, actor, body.task) : body;
  const message = newMessage(desk, source, hosted, update, key);
  if (!amended.ok) {
    if (!wordsOf(amended.refusal).kept)
      return { ok: false, reason: 'refused', refusal: amended.refusal, messageId: null };
    const stored = await tx.insertMessage(refusedMessage(message, 'transfer-update', amended.refusal));
    await tx.addEvent(stored.id, 'received', message.receivedAt);
    await tx.addEvent(stored.id, 'refused', message.receivedAt);
    return { ok: false, reason: 'refused', refusal: amended.refusal, messageId: stored.id };
  }
  const moved = await moveTask(tx, desk, { hosted, actor, ...amended, message, traceparent: update.traceparent });
  return { ok: true, task: viewOf(moved.task, actor), messageId: message.id };
}

type Body = { readonly ok: true; readonly task: Task } | { readonly ok: false; readonly refusal: Refusal };

function readBody({ bytes, mediaType }: TaskUpdate, id: string): Body {
  const read = readTree(bytes, formOf(mediaType));
  if (!read.ok) return { ok: false, refusal: { kind: 'unreadable', issues: [read.issue] } };
  const faults = checkStructure(read.value).filter(isError);
  if (faults.length > 0) return { ok: false, refusal: { kind: 'rule', issues: faults } };
  const task = read.value as Task;
  if ((task.resourceType as string) !== 'Task' || task.id !== id) {
    const text = 'the body is the whole Task, with the id of the URL';
    return { ok: false, refusal: refuse('rule', { code: 'value', expression: 'Task.id', text, rule: 'wk-task-id' }) };
  }
  return { ok: true, task };
}

function newMessage(desk: Desk, source: Source, hosted: HostedTask, update: TaskUpdate, key: string): NewMessage {
  return {
    id: desk.newId(),
    receivedAt: desk.now(),
    source: source.id,
    door: 'fhir',
    type: 'Task',
    controlId: `${hosted.id}/${update.ifMatch ?? ''}`,
    flow: 'transfer-update',
    status: 'pending',
    key,
    contentHash: contentHash(update.bytes),
    refusal: null,
    warnings: [],
    mapping: null,
    patient: null,
    patientKeys: { bsn: null, numbers: [] },
    orderedAt: null,
    holdUntil: null,
    task: `Task/${hosted.id}`,
    things: [],
    raw: { mediaType: update.mediaType, bytes: update.bytes },
    mapped: null,
  };
}
