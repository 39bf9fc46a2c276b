/**
 * Who receives a patient's message is decided by enrolment (CONTRACT §4): the wijkkliniek of an active one; after its
 * end, results of orders placed before it, for a while; else the message is held, or parked when its identifiers
 * contradict what a transfer or ADT linked.
 */
import type { Enrolment, Instant, NewMessage, PatientKeys, Tx } from '../ledger/ledger.ts';
import { wijkkliniekenOf } from '../regions/load.ts';
import type { Flow, RegionFile, Source } from '../regions/region.ts';

export type Routed =
  | { readonly kind: 'deliver'; readonly lane: string; readonly patient: string | null }
  | { readonly kind: 'hold'; readonly patient: string | null; readonly until: Instant }
  | { readonly kind: 'park'; readonly text: string };

const HOUR = 3_600_000;

export async function routeByEnrolment(
  tx: Tx,
  region: RegionFile,
  source: Source,
  message: {
    readonly id: string;
    readonly flow: Flow;
    readonly keys: PatientKeys;
    readonly orderedAt: Instant | null;
    readonly at: Instant;
    /** Keyed from the patient's number, when there is one. */
    readonly laneByNumber: string | null;
  },
): Promise<Routed> {
  const found = await tx.findPatient(message.keys);
  if (found.kind === 'contradiction') return { kind: 'park', text: found.text };
  const patient = found.kind === 'one' ? found.patient : null;
  if (source.routing === 'all') {
    // Nobody needs to have asked for this patient, but her messages stay in one lane. A BSN identifies by itself.
    const { bsn } = message.keys;
    const known = patient ?? (bsn === null ? null : await tx.linkPatient(null, { bsn, numbers: [] }));
    return { kind: 'deliver', lane: known ?? message.laneByNumber ?? message.id, patient: known };
  }
  if (patient !== null) {
    const enrolments = await tx.enrolmentsOfPatient(patient);
    if (enrolments.some((enrolment) => isOpenFor(region, enrolment, message))) {
      return { kind: 'deliver', lane: patient, patient };
    }
  }
  const hours = Math.max(...wijkkliniekenOf(region).map(({ holdHours }) => holdHours));
  return { kind: 'hold', patient, until: new Date(Date.parse(message.at) + hours * HOUR).toISOString() };
}

function isOpenFor(
  region: RegionFile,
  enrolment: Enrolment,
  message: { readonly flow: Flow; readonly orderedAt: Instant | null; readonly at: Instant },
): boolean {
  if (enrolment.status === 'active') return true;
  if (enrolment.status !== 'ended' || enrolment.activeAt === null || enrolment.endedAt === null) return false;
  const hours = wijkkliniekenOf(region).find(({ id }) => id === enrolment.wijkkliniek)?.pendingResultsHours ?? 0;
  const ended = Date.parse(enrolment.endedAt);
  // The letter may come after the Task said `completed`, and a corrected letter after the first: nobody is to miss it.
  if (message.flow === 'discharge') return Date.parse(message.at) <= ended + hours * HOUR;
  if (message.flow !== 'lab-result' || message.orderedAt === null) return false;
  return Date.parse(message.orderedAt) <= ended && Date.parse(message.at) <= ended + hours * HOUR;
}

/** What the routing means for the message as it is stored. */
export function routedFields(routed: Routed): Pick<NewMessage, 'status' | 'patient' | 'holdUntil'> {
  switch (routed.kind) {
    case 'deliver':
      return { status: 'pending', patient: routed.patient, holdUntil: null };
    case 'hold':
      return { status: 'held', patient: routed.patient, holdUntil: routed.until };
    case 'park':
      return { status: 'parked', patient: null, holdUntil: null };
  }
}
