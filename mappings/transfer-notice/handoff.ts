/** The full transfer with its Task as it stands now, and the Task alone for the side that has the rest already. */
import type { Bundle, FhirResource, Task } from 'fhir/r4.js';
import { WK_TASK } from '../../profiles/canonical.ts';
import { conditionalUrl, fullUrlOf, type BusinessId } from '../identity.ts';

/** What changes in a Task while two parties talk (CONTRACT §3 Task); the rest is as the transfer laid it down. */
const MOVING = ['status', 'statusReason', 'businessStatus', 'output', 'note', 'lastModified'] as const;

const ownId = (task: Task): BusinessId | undefined => {
  const value = task.identifier?.find(({ system }) => system === WK_TASK)?.value;
  return value === undefined ? undefined : { system: WK_TASK, value };
};

/** `bundle`: the finished transfer Bundle; `task`: the Task as hosted now. The other entries are the same objects. */
export function handoff(bundle: Bundle<FhirResource>, task: Task): Bundle<FhirResource> {
  const id = ownId(task)?.value;
  return {
    ...bundle,
    entry: (bundle.entry ?? []).map((entry) =>
      entry.resource?.resourceType === 'Task' && ownId(entry.resource)?.value === id
        ? { ...entry, resource: asItStands(entry.resource, task) }
        : entry,
    ),
  };
}

function asItStands(told: Task, task: Task): Task {
  const now = { ...told };
  for (const element of MOVING) {
    Reflect.deleteProperty(now, element);
    if (task[element] !== undefined) Object.assign(now, { [element]: task[element] });
  }
  return now;
}

/** A transaction with the Task alone. The receiver knows it by its identifier; id and version are the gateway's own. */
export function taskUpdateBundle(task: Task): Bundle<FhirResource> {
  const id = ownId(task);
  if (id === undefined) throw new Error('a hosted Task carries its own identifier');
  const resource: Task = { ...task };
  Reflect.deleteProperty(resource, 'id');
  Reflect.deleteProperty(resource, 'meta');
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ fullUrl: fullUrlOf('Task', id), resource, request: { method: 'PUT', url: conditionalUrl('Task', id) } }],
  };
}
