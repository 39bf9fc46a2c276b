/** Judges a PUT of the whole Task against the one that is hosted: only a few fields may differ, only some steps be taken. */
import { isDeepStrictEqual } from 'node:util';
import type { Task } from 'fhir/r4.js';
import type { HostedTask } from '../ledger/ledger.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { isTaskStatus, stepsFrom, type TaskActor, type TaskStatus } from './transitions.ts';
import { readTask, resourceFor, signNotes } from './view.ts';

const MAY_DIFFER = ['status', 'statusReason', 'businessStatus', 'output', 'note'] as const;

export type Amended =
  | {
      readonly ok: true;
      readonly task: Task;
      /** The step taken, when the status changed. */ readonly step: TaskStatus | null;
    }
  | { readonly ok: false; readonly refusal: Refusal };

const no = (expression: string, text: string, rule: string): Amended => ({
  ok: false,
  refusal: refuse('rule', { code: 'business-rule', expression, text, rule }),
});

const isStep = (step: string, { status }: HostedTask, actor: TaskActor): boolean =>
  stepsFrom(status, actor).some((allowed) => allowed === step);

/** A step the table knows, but of the other side (CONTRACT §3): who asks is wrong, not what is asked. */
const notYours = (step: string, other: TaskActor): Amended => ({
  ok: false,
  refusal: refuse('not-allowed', {
    code: 'forbidden',
    expression: 'Task.status',
    text: `${step} is for the ${other} of this Task to say`,
    rule: 'wrong-actor',
  }),
});

export function amend(hosted: HostedTask, actor: TaskActor, put: Task): Amended {
  const step = put.status === hosted.status ? null : put.status;
  const other: TaskActor = actor === 'owner' ? 'requester' : 'owner';
  if (step !== null && isStep(step, hosted, other) && !isStep(step, hosted, actor)) return notYours(step, other);
  const seen = resourceFor(hosted, actor);
  const changed = changedFields(seen, put);
  const [forbidden] = changed.filter((field) => !MAY_DIFFER.some((name) => name === field));
  if (forbidden !== undefined)
    return no(`Task.${forbidden}`, `only ${MAY_DIFFER.join(', ')} may differ`, 'wk-task-fields');
  if (step !== null) {
    const allowed = stepsFrom(hosted.status, actor);
    if (!isTaskStatus(step) || !allowed.includes(step)) {
      const words = allowed.length === 0 ? 'no step is left for you' : `from here you may go to ${allowed.join(', ')}`;
      return no('Task.status', `${hosted.status} to ${step} is not a step of this Task: ${words}`, 'wk-task-step');
    }
  }
  return {
    ok: true,
    task: merge(hosted, actor, put, changed),
    step: step !== null && isTaskStatus(step) ? step : null,
  };
}

/** `meta` is the server's, and echoing an older one changes nothing. */
function changedFields(seen: Task, put: Task): string[] {
  const fields = new Set([...Object.keys(seen), ...Object.keys(put)]);
  fields.delete('meta');
  return [...fields].filter((field) => !isDeepStrictEqual(Reflect.get(seen, field), Reflect.get(put, field)));
}

/** What the caller did not change stays as it is stored, also where the caller may not see it. */
function merge(hosted: HostedTask, actor: TaskActor, put: Task, changed: readonly string[]): Task {
  const merged: Task = { ...readTask(hosted) };
  for (const field of MAY_DIFFER) {
    if (!changed.includes(field)) continue;
    if (put[field] === undefined) Reflect.deleteProperty(merged, field);
    else Reflect.set(merged, field, put[field]);
  }
  if (actor === 'owner' && changed.includes('note')) {
    const unseen = readTask(hosted).note?.filter(
      (note) => !resourceFor(hosted, actor).note?.some((own) => isDeepStrictEqual(own, note)),
    );
    merged.note = [...(unseen ?? []), ...signNotes(put.note ?? [], merged.owner)];
    if (merged.note.length === 0) delete merged.note;
  }
  return merged;
}
