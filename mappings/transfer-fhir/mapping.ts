/** A transfer that comes as FHIR R4 (transaction, collection or message): passed through, proved and completed. */
import { patientFaults, subjectFaults } from '../one-patient.ts';
import { passThrough } from '../pass-through.ts';
import { ownIdentifier } from '../pass-through/identify.ts';
import type { FhirSource } from '../fhir-source.ts';
import type { Mapping, MappingResult } from '../mapping.ts';
import { coordinationTask, taskIdOf } from '../transfer/task.ts';
import { destinationOf } from '../transfer/wijkkliniek.ts';
import { claimOf } from './claims.ts';
import { completeRequest, completeTask, newTask } from './complete.ts';
import { requestsIn, tasksAbout, wijkkliniekNamed } from './find-request.ts';
import { requestFaults, statusFaults, taskFaults, triageFaults } from './refuse.ts';

const MAPPING = { id: 'transfer-fhir', version: '1.0.0' };

/**
 * Source: a FHIR Bundle with one ServiceRequest coded SNOMED CT 308292007 (CONTRACT §4 "A transfer in FHIR"). A Task of
 * the sender keeps its content and gets the gateway's identifier and status beside its own; without one, one is made.
 */
export const transferFhir: Mapping<FhirSource> = {
  ...MAPPING,
  map(source, context): MappingResult {
    const { bundle, controlId } = source;
    const [request, ...more] = requestsIn(bundle);
    if (request === undefined || more.length > 0) {
      return { ok: false, issues: requestFaults(request === undefined ? 0 : 1 + more.length) };
    }
    const tasks = tasksAbout(request, bundle, context.source);
    const issues = [
      ...statusFaults(request),
      ...taskFaults(tasks),
      ...triageFaults(bundle),
      ...patientFaults(bundle),
      ...subjectFaults(bundle),
    ];
    if (issues.length > 0) return { ok: false, issues };

    const requestId = ownIdentifier(request.resource) ?? { system: 'message', value: controlId };
    const named = wijkkliniekNamed(request);
    const destination = destinationOf(context.region, named.id, named.path);
    const task = coordinationTask(context, destination, requestId);
    const [given] = tasks;
    const passed = passThrough(source, context, {
      mapping: MAPPING,
      complete: (resource, at) => claimOf(resource, at, request.resource),
      identify: (_resource, at) => (at === given?.at ? taskIdOf(context, requestId) : undefined),
    });
    if (!passed.ok) return passed;

    const placed = passed.placed.find(({ at }) => at === request.at);
    const place = passed.placed.findIndex(({ at }) => at === request.at);
    const draft = passed.entries[place];
    if (placed === undefined || draft === undefined) throw new Error('the request of a transfer was left out');
    const completed = passed.entries.map((entry, index) => {
      const { at } = passed.placed[index] ?? {};
      if (entry === draft) return completeRequest(entry, destination, named.id !== undefined);
      return given !== undefined && at === given.at ? completeTask(entry, given, placed, draft, task) : entry;
    });
    const { warnings } = passed;
    if (given === undefined) {
      const entries = [...newTask(placed, draft, task, context, controlId), ...completed];
      return { ok: true, mapping: MAPPING, entries, warnings, unused: passed.unused };
    }
    return {
      ok: true,
      mapping: MAPPING,
      entries: completed,
      warnings,
      unused: () => [...passed.unused(), ...replaced()],
    };

    /** A status of the sender that the gateway could not keep. */
    function replaced() {
      const status = task.draft.status;
      const kept = status !== undefined && 'value' in status && status.value === given?.resource.status;
      return kept || given === undefined
        ? []
        : [{ source: `${given.at}.status`, reason: 'the gateway opens the conversation with its own status' }];
    }
  },
};
