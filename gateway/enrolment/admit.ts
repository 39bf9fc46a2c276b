/**
 * From acceptance the wijkkliniek gets everything: the full handoff, first in the patient's lane, then what was held for
 * the patient, in order of arrival.
 */
import type { Bundle, FhirResource, Task } from 'fhir/r4.js';
import { handoff } from '../../mappings/transfer-notice/notice.ts';
import { readJson } from '../../profiles/json/read.ts';
import { queueDelivery, fhirContent, type Desk } from '../intake/desk.ts';
import type { Content, Enrolment, Tx } from '../ledger/ledger.ts';
import { destinationFor } from '../regions/load.ts';
import type { Flow } from '../regions/region.ts';

/** A Bundle the gateway itself stored; decimals keep their written precision. */
export function bundleOf(content: Content): Bundle<FhirResource> {
  const read = readJson(Buffer.from(content.bytes).toString('utf8'));
  if (!read.ok) throw new Error('a stored Bundle cannot be read');
  return read.value as Bundle<FhirResource>;
}

/** Delivers the transfer in full. The enrolment is already active. */
export async function deliverHandoff(
  tx: Tx,
  desk: Desk,
  enrolment: Enrolment,
  task: Task,
  traceparent: string | null,
): Promise<void> {
  const destination = destinationFor(desk.region, 'vvt', 'transfer-request');
  const mapped = await tx.mapped(enrolment.messageId);
  if (destination === null || mapped === null) return;
  await queueDelivery(tx, desk, {
    messageId: enrolment.messageId,
    kind: 'handoff',
    destination,
    lane: enrolment.patient,
    body: fhirContent(handoff(bundleOf(mapped), task)),
    traceparent,
  });
  await tx.refreshStatus(enrolment.messageId);
}

/** Releases what was held for the patient; what contradicts the patient's links is parked for a person. */
export async function releaseHeld(tx: Tx, desk: Desk, patient: string): Promise<void> {
  for (const held of await tx.heldFor(patient)) {
    const at = desk.now();
    if (await tx.contradicts(held.id, patient)) {
      await tx.updateMessage(held.id, { status: 'parked', holdUntil: null });
      await tx.addEvent(held.id, 'parked', at, 'its identifiers contradict the link made by the transfer');
      continue;
    }
    const mapped = await tx.mapped(held.id);
    const destination = held.flow === null ? null : destinationFor(desk.region, 'vvt', held.flow);
    await tx.updateMessage(held.id, {
      status: destination === null ? 'unrouted' : 'pending',
      patient,
      holdUntil: null,
    });
    await tx.addEvent(held.id, 'released', at);
    if (destination === null || mapped === null || held.flow === null) continue;
    await queueForPatient(tx, desk, { messageId: held.id, flow: held.flow, patient, body: mapped, traceparent: null });
  }
}

/** Puts a patient's message in line for the VVT; false when the flow has no destination there. */
export async function queueForPatient(
  tx: Tx,
  desk: Desk,
  message: {
    readonly messageId: string;
    readonly flow: Flow;
    readonly patient: string;
    readonly body: Content;
    readonly traceparent: string | null;
  },
): Promise<boolean> {
  const destination = destinationFor(desk.region, 'vvt', message.flow);
  if (destination === null) return false;
  await queueDelivery(tx, desk, {
    messageId: message.messageId,
    kind: message.flow,
    destination,
    lane: message.patient,
    body: message.body,
    traceparent: message.traceparent,
  });
  await tx.refreshStatus(message.messageId);
  return true;
}
