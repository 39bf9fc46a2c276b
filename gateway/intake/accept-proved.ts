/** A proved message is stored with its output, its patient and its recipients: one unit of the commit. */
import { queueForPatient } from '../enrolment/admit.ts';
import { patientKeysOf } from '../enrolment/patient-keys.ts';
import { routeByEnrolment, routedFields, type Routed } from '../enrolment/route.ts';
import { orderedAtOf, thingsOf } from '../flows/facts.ts';
import type { Proved } from '../flows/prove.ts';
import type { NewMessage, StoredMessage, Tx } from '../ledger/ledger.ts';
import { destinationFor } from '../regions/load.ts';
import type { Source } from '../regions/region.ts';
import { openTransfer } from '../transfer/open.ts';
import { fhirContent, type Desk } from './desk.ts';
import type { Base } from './refused.ts';

export async function acceptProved(
  tx: Tx,
  desk: Desk,
  source: Source,
  base: Base & { readonly key: string | null; readonly traceparent: string | null },
  proved: Proved,
  taskId: string,
): Promise<StoredMessage> {
  const { traceparent, ...facts } = base;
  const keys = patientKeysOf(proved.bundle);
  const body = fhirContent(proved.bundle);
  const orderedAt = orderedAtOf(proved.bundle);
  const [number] = keys.numbers;
  const isTransfer = proved.flow === 'transfer-request';
  const routed = isTransfer
    ? await patientOfTransfer(tx, keys)
    : await routeByEnrolment(tx, desk.region, source, {
        id: base.id,
        flow: proved.flow,
        keys,
        orderedAt,
        at: base.receivedAt,
        laneByNumber: number === undefined ? null : desk.keyed(`${number.assigner}|${number.value}`),
      });
  const opens = isTransfer && routed.kind === 'deliver';
  const reachable = isTransfer || destinationFor(desk.region, 'vvt', proved.flow) !== null;
  const message = await tx.insertMessage({
    ...facts,
    flow: proved.flow,
    ...routedFields(routed),
    ...(routed.kind === 'deliver' && !reachable ? { status: 'unrouted' as const } : {}),
    refusal: null,
    warnings: proved.warnings,
    mapping: proved.mapped.mapping,
    patientKeys: keys,
    orderedAt,
    task: opens ? `Task/${taskId}` : null,
    things: thingsOf(proved.flow, proved.bundle),
    mapped: body,
  });
  await tx.addEvent(message.id, 'received', base.receivedAt);
  await tx.addEvent(
    message.id,
    'mapped',
    base.receivedAt,
    `${proved.mapped.mapping.id}@${proved.mapped.mapping.version}`,
  );
  await follow(tx, desk, routed, message, proved, {
    taskId,
    body,
    traceparent,
    requester: source.party,
    opens,
    reachable,
  });
  return message;
}

async function follow(
  tx: Tx,
  desk: Desk,
  routed: Routed,
  message: StoredMessage,
  proved: Proved,
  more: {
    readonly taskId: string;
    readonly body: NonNullable<NewMessage['mapped']>;
    readonly traceparent: string | null;
    readonly requester: string;
    readonly opens: boolean;
    readonly reachable: boolean;
  },
): Promise<void> {
  if (routed.kind === 'hold') {
    await tx.addEvent(message.id, 'held', message.receivedAt);
  } else if (routed.kind === 'park') {
    await tx.addEvent(message.id, 'parked', message.receivedAt, routed.text);
  } else if (more.opens) {
    await openTransfer(tx, desk, {
      messageId: message.id,
      taskId: more.taskId,
      requester: more.requester,
      patient: routed.lane,
      bundle: proved.bundle,
      receivedAt: message.receivedAt,
      traceparent: more.traceparent,
    });
  } else if (more.reachable) {
    await queueForPatient(tx, desk, {
      messageId: message.id,
      flow: proved.flow,
      patient: routed.lane,
      body: more.body,
      traceparent: more.traceparent,
    });
  }
}

/** A transfer is taken at its word for who the patient is, unless that contradicts what was linked before. */
async function patientOfTransfer(tx: Tx, keys: Parameters<Tx['findPatient']>[0]): Promise<Routed> {
  const found = await tx.findPatient(keys);
  if (found.kind === 'contradiction') return { kind: 'park', text: found.text };
  const patient = await tx.linkPatient(found.kind === 'one' ? found.patient : null, keys);
  return { kind: 'deliver', lane: patient, patient };
}
