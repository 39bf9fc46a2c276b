/**
 * From acceptance the wijkkliniek gets everything: the full handoff, first in the patient's lane, then what was held for
 * the patient, in order of arrival.
 */
import type { Task } from 'fhir/r4.js';
import { handoff } from '../../mappings/transfer-notice/notice.ts';
import { bundleOf, fhirContent, queueDelivery, type Desk } from '../intake/desk.ts';
import type { Enrolment, Tx } from '../ledger/ledger.ts';
import { destinationFor, hostOf, wijkkliniekenOf } from '../regions/load.ts';
import type { Flow, PartyKind, RegionFile } from '../regions/region.ts';
import { destinationsOf, senderKind } from '../flows/recipients.ts';

/** Delivers the transfer in full. The enrolment is already active. */
export async function deliverHandoff(
  tx: Tx,
  desk: Desk,
  enrolment: Enrolment,
  task: Task,
  traceparent: string | null,
): Promise<void> {
  const host = hostOf(desk.region, enrolment.wijkkliniek);
  const destination = destinationFor(desk.region, 'vvt', 'transfer-request', host);
  const mapped = await tx.mapped(enrolment.messageId);
  if (destination?.protocol !== 'fhir' || mapped === null) return;
  const full = handoff(bundleOf(mapped), task);
  await queueDelivery(tx, desk, {
    messageId: enrolment.messageId,
    kind: 'handoff',
    destination,
    lane: enrolment.patient,
    body: fhirContent(full),
    discloses: full,
    traceparent,
  });
  await tx.refreshStatus(enrolment.messageId);
}

/** Releases what was held for the patient; what contradicts the patient's links is parked for a person. */
export async function releaseHeld(tx: Tx, desk: Desk, patient: string): Promise<void> {
  for (const held of await tx.heldFor(patient)) {
    const at = desk.now();
    // Held too long, though not swept yet: it is no longer anyone's.
    if (held.holdUntil !== null && held.holdUntil <= at) continue;
    if (await tx.contradicts(held.id, patient)) {
      await tx.updateMessage(held.id, { status: 'parked', holdUntil: null });
      await tx.addEvent(held.id, 'parked', at, 'its identifiers contradict the link made by the transfer');
      continue;
    }
    await tx.updateMessage(held.id, { status: 'pending', patient, holdUntil: null });
    await tx.addEvent(held.id, 'released', at);
    if (held.flow === null) throw new Error('a held message without a flow');
    const sender = senderKind(desk.region, held.source);
    await queueForPatient(tx, desk, {
      messageId: held.id,
      flow: held.flow,
      sender,
      lane: patient,
      traceparent: null,
    });
  }
}

/** A message of a patient, as it goes to everyone its flow is for. */
export interface ForPatient {
  readonly messageId: string;
  readonly flow: Flow;
  readonly sender: PartyKind;
  /** The patient's internal id, which is the lane. */
  readonly lane: string;
  readonly traceparent: string | null;
  /** Of all it is for, this destination alone. */
  readonly only?: string;
}

/** Where several VVTs run wijkklinieken: those where the patient is, else the one she was at last. */
async function hostsOf(tx: Tx, region: RegionFile, patient: string): Promise<readonly string[]> {
  if (new Set(wijkkliniekenOf(region).map(({ party }) => party)).size < 2) return [];
  const enrolments = await tx.enrolmentsOfPatient(patient);
  const active = enrolments.filter(({ status }) => status === 'active');
  const last = enrolments.toSorted((a, b) => (b.endedAt ?? '').localeCompare(a.endedAt ?? '')).slice(0, 1);
  const hosts = (active.length > 0 ? active : last).flatMap(({ wijkkliniek }) => hostOf(region, wijkkliniek) ?? []);
  return [...new Set(hosts)];
}

/** Puts a patient's message in line for its recipients; `unrouted` when the region has no destination for any. Returns the
 *  ids of the deliveries. */
export async function queueForPatient(tx: Tx, desk: Desk, message: ForPatient): Promise<readonly string[]> {
  const hosts = await hostsOf(tx, desk.region, message.lane);
  const { only } = message;
  const all = destinationsOf(desk.region, message.flow, message.sender, hosts);
  const destinations = only === undefined ? all : all.filter(({ id }) => id === only);
  if (destinations.length === 0) {
    await tx.updateMessage(message.messageId, { status: 'unrouted' });
    return [];
  }
  const ids: string[] = [];
  for (const destination of destinations) {
    const { messageId, flow, lane, traceparent } = message;
    ids.push(await queueDelivery(tx, desk, { messageId, kind: flow, destination, lane, body: 'mapped', traceparent }));
  }
  await tx.refreshStatus(message.messageId);
  return ids;
}
