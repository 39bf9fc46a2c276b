/** A transfer request arrives: an enrolment opens, the Task is hosted, and the VVT hears of it. */
import type { Bundle, FhirResource, Task } from 'fhir/r4.js';
import { adviseNotice } from '../../mappings/transfer-notice/notice.ts';
import { WK_TASK } from '../../profiles/canonical.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { deliverHandoff, releaseHeld } from '../enrolment/admit.ts';
import { wijkkliniekOf } from '../flows/admission.ts';
import { fhirContent, queueDelivery, type Desk } from '../intake/desk.ts';
import type { Enrolment, Tx } from '../ledger/ledger.ts';
import { destinationFor, regionFacts } from '../regions/load.ts';

export interface Opening {
  readonly messageId: string;
  readonly taskId: string;
  /** Party that asks. */
  readonly requester: string;
  readonly patient: string;
  readonly bundle: Bundle<FhirResource>;
  readonly receivedAt: string;
  readonly traceparent: string | null;
}

/** Within the commit that stores the message. */
export async function openTransfer(tx: Tx, desk: Desk, opening: Opening): Promise<void> {
  const wijkkliniek = wijkkliniekOf(opening.bundle, regionFacts(desk.region));
  if ('fault' in wijkkliniek) throw new Error('a transfer was accepted for no wijkkliniek');
  const { negotiation } = wijkkliniek;
  const task = hostedTask(opening.bundle, opening.taskId);
  const enrolment: Enrolment = {
    id: desk.newId(),
    wijkkliniek: wijkkliniek.id,
    patient: opening.patient,
    status: negotiation ? 'requested' : 'active',
    task: opening.taskId,
    messageId: opening.messageId,
    requestedAt: opening.receivedAt,
    activeAt: negotiation ? null : opening.receivedAt,
    endedAt: null,
  };
  await tx.insertEnrolment(enrolment);
  await tx.saveTask(
    {
      id: opening.taskId,
      version: 1,
      lastUpdated: opening.receivedAt,
      status: task.status,
      requester: opening.requester,
      owner: wijkkliniek.party,
      messageId: opening.messageId,
      resource: writeJson(task),
    },
    null,
  );
  if (!negotiation) {
    await deliverHandoff(tx, desk, enrolment, task, opening.traceparent);
    await releaseHeld(tx, desk, opening.patient);
    return;
  }
  const destination = destinationFor(desk.region, 'vvt', 'transfer-request', wijkkliniek.party);
  if (destination?.protocol === 'fhir') {
    const notice = adviseNotice(opening.bundle, { taskId: opening.taskId, keyed: desk.keyed });
    await queueDelivery(tx, desk, {
      messageId: opening.messageId,
      kind: 'notice',
      destination,
      lane: opening.patient,
      body: fhirContent(notice),
      discloses: notice,
      traceparent: opening.traceparent,
    });
  } else if (destination?.protocol === 'mllp') {
    // Advance notice and handoff are FHIR: a VVT that takes none is told by nobody.
    await tx.updateMessage(opening.messageId, { status: 'unrouted' });
  }
  await tx.refreshStatus(opening.messageId);
}

/** The Task of the Bundle as the gateway hosts it: what it refers to inside the Bundle is named by identifier. */
function hostedTask(bundle: Bundle<FhirResource>, taskId: string): Task {
  const entries = bundle.entry ?? [];
  const task = entries
    .flatMap(({ resource }) => (resource?.resourceType === 'Task' ? [resource] : []))
    .find(({ identifier }) => identifier?.some(({ system, value }) => system === WK_TASK && value === taskId));
  if (task === undefined) throw new Error('a mapped transfer holds no Task of its own');
  const named = new Map(
    entries.flatMap(({ fullUrl, request, resource }) => {
      const id = /\?identifier=(.+)$/.exec(request?.url ?? '')?.[1];
      if (fullUrl === undefined || id === undefined || resource === undefined) return [];
      const [system = '', value = ''] = decodeURIComponent(id).split('|');
      return [[fullUrl, { type: resource.resourceType, identifier: { system, value } }] as const];
    }),
  );
  return JSON.parse(
    JSON.stringify(task, (_key, value: unknown) => {
      const reference: unknown =
        typeof value === 'object' && value !== null ? Reflect.get(value, 'reference') : undefined;
      return typeof reference === 'string' ? (named.get(reference) ?? value) : value;
    }),
  ) as Task;
}
