/** A FHIR Bundle of one Task: one side of a transfer takes a step. The Task passes through; the gateway judges the step. */
import type { Bundle, FhirResource, Task } from 'fhir/r4.js';
import { WK_TASK } from '../../profiles/canonical.ts';
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping } from '../mapping.ts';
import { passThrough } from '../pass-through.ts';

const MAPPING = { id: 'task-fhir', version: '1.0.0' } as const;

export const taskFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context) {
    const count = source.bundle.entry?.length ?? 0;
    if (count !== 1) {
      const text = 'one Task at a time: each is a step of its own';
      return {
        ok: false,
        issues: [{ severity: 'error', code: 'structure', expression: 'Bundle.entry', text, rule: 'one-task' }],
      };
    }
    return passThrough(source, context, { mapping: MAPPING });
  },
};

export interface TaskSent {
  readonly task: Task;
  /** Id under which the gateway hosts it: of the URL, the resource, or its own identifier; null when none is said. */
  readonly id: string | null;
  /** Version named by `entry.request.ifMatch`. */
  readonly ifMatch: number | null;
}

/** The Task of such a Bundle, and which hosted one it is. */
export function taskSent(bundle: Bundle<FhirResource>): TaskSent | null {
  const entry = bundle.entry?.[0];
  if (entry?.resource?.resourceType !== 'Task') return null;
  const task = entry.resource;
  const named = /^Task\/([^/?]+)$/.exec(entry.request?.url ?? '')?.[1];
  const own = task.identifier?.find(({ system }) => system === WK_TASK)?.value;
  const version = /^(?:W\/)?"(\d+)"$/.exec(entry.request?.ifMatch ?? '')?.[1];
  return { task, id: named ?? own ?? task.id ?? null, ifMatch: version === undefined ? null : Number(version) };
}
