/** Two patients turn out to be one (ADT^A40): their keys, messages, enrolments and lanes become the surviving one's. */
import { ContradictingKeys } from '../ledger.ts';
import type { DeliveryRow } from './delivery.ts';
import { promoteNext } from './lane.ts';
import type { Store } from './store.ts';

type Open = Pick<DeliveryRow, 'seq' | 'destination' | 'lane' | 'status'>;

/** Throws `ContradictingKeys` when both have a BSN: two persons are never joined by a machine. */
export async function mergePatients(store: Store, surviving: string, retired: string): Promise<void> {
  if (surviving === retired) return;
  const { db } = store;
  const bsns = await db.all<{ patient: string }>(
    "SELECT patient FROM patient_key WHERE kind = 'bsn' AND patient IN (?, ?)",
    surviving,
    retired,
  );
  if (bsns.length > 1) throw new ContradictingKeys('both patients have a BSN of their own');
  await db.change(
    `UPDATE message SET patient = ? WHERE patient = ? AND seq IN
       (SELECT k.message_seq FROM patient_key p CROSS JOIN mark k WHERE k.hash = p.hash AND p.patient = ?)`,
    surviving,
    retired,
    retired,
  );
  await db.change('UPDATE patient_key SET patient = ? WHERE patient = ?', surviving, retired);
  store.patients.links.clear();
  await db.change('UPDATE enrolment SET patient = ? WHERE patient = ?', surviving, retired);
  for (const { destination } of await db.all<{ destination: string }>('SELECT DISTINCT destination FROM backlog')) {
    await joinLanes(store, destination, surviving, retired);
  }
}

/** The lanes become one, in order of acceptance. Only when both have one in flight does the second end in its old lane. */
async function joinLanes(store: Store, destination: string, surviving: string, retired: string): Promise<void> {
  const { db } = store;
  const open = (lane: string): Promise<Open[]> =>
    db.all<Open>(
      `SELECT seq, destination, lane, status FROM delivery INDEXED BY delivery_lane
       WHERE destination = ? AND lane = ? AND status IN ('waiting', 'sending', 'retrying', 'parked') ORDER BY seq`,
      destination,
      lane,
    );
  const moving = await open(retired);
  if (moving.length === 0) return;
  const inFlight = (await open(surviving)).some(({ status }) => status === 'sending');
  for (const { seq, status } of moving) {
    if (status === 'sending' && inFlight) continue;
    await db.change('UPDATE delivery SET head = 0, lane = ? WHERE seq = ?', surviving, seq);
  }
  if (inFlight) return;
  const sending = moving.find(({ status }) => status === 'sending');
  await db.change(
    'UPDATE delivery SET head = 0 WHERE destination = ? AND lane = ? AND head = 1',
    destination,
    surviving,
  );
  if (sending === undefined) await promoteNext(store, { destination, lane: surviving });
  else await db.change('UPDATE delivery SET head = 1 WHERE seq = ?', sending.seq);
}
