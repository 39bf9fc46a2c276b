/** The VVT discharges: the stay ends, and so does what the Task was for. */
import type { Desk } from '../intake/desk.ts';
import type { Tx } from '../ledger/ledger.ts';

/** Ends the patient's active enrolments. Results of orders placed before still follow for a while. */
export async function endStay(tx: Tx, desk: Desk, patient: string): Promise<void> {
  for (const enrolment of await tx.enrolmentsOfPatient(patient)) {
    if (enrolment.status !== 'active') continue;
    await tx.updateEnrolment(enrolment.id, { status: 'ended', endedAt: desk.now() });
    await tx.refreshStatus(enrolment.messageId);
  }
}
