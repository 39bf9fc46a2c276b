/** The VVT discharges: the stay ends, and so does what the Task was for. */
import type { Bundle, FhirResource } from 'fhir/r4.js';
import type { Desk } from '../intake/desk.ts';
import type { Enrolment, Tx } from '../ledger/ledger.ts';

const DAY = 86_400_000;

/**
 * Ends the patient's active enrolments. Results of orders placed before still follow for a while. A corrected letter of
 * an earlier stay leaves the present one alone: her results would be held while she is there.
 */
export async function endStay(tx: Tx, desk: Desk, patient: string, discharge: Bundle<FhirResource>): Promise<void> {
  const enrolments = await tx.enrolmentsOfPatient(patient);
  const earlier = enrolments.some(({ status, activeAt }) => status === 'ended' && activeAt !== null);
  const left = leftAt(discharge);
  for (const enrolment of enrolments) {
    if (enrolment.status !== 'active' || (earlier && leftBefore(enrolment, left))) continue;
    await tx.updateEnrolment(enrolment.id, { status: 'ended', endedAt: desk.now() });
    await tx.refreshStatus(enrolment.messageId);
  }
}

/** The end of the stay the letter is about, in ms; NaN when it tells none. A day without a time lasts until midnight. */
function leftAt(discharge: Bundle<FhirResource>): number {
  const ends = (discharge.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'Encounter' && resource.period?.end !== undefined ? [resource.period.end] : [],
  );
  return Math.max(...ends.map((end) => Date.parse(end) + (end.length <= 10 ? DAY : 0)), ...(ends.length ? [] : [NaN]));
}

const leftBefore = ({ activeAt }: Enrolment, left: number): boolean => activeAt !== null && left < Date.parse(activeAt);
