/** What a hospital's patient administration says about who is who: numbers are linked, merged patients become one. */
import type { PatientKeys, Tx } from '../ledger/ledger.ts';

/** ADT^A40: the retired identifiers belong to the surviving patient from now on. */
export interface Merge {
  readonly surviving: PatientKeys;
  readonly retired: PatientKeys;
}

/** Links and merges; words for a person when the identifiers contradict what is known, and then nothing was changed. */
export async function linkByAdmin(tx: Tx, keys: PatientKeys, merges: readonly Merge[]): Promise<string | null> {
  for (const merge of merges) {
    const refused = await mergeOne(tx, merge);
    if (refused !== null) return refused;
  }
  const found = await tx.findPatient(keys);
  if (found.kind === 'contradiction') return found.text;
  if (keys.bsn !== null || keys.numbers.length > 0) {
    await tx.linkPatient(found.kind === 'one' ? found.patient : null, keys);
  }
  return null;
}

async function mergeOne(tx: Tx, { surviving, retired }: Merge): Promise<string | null> {
  if (surviving.bsn !== null && retired.bsn !== null && surviving.bsn !== retired.bsn) {
    return 'the merge joins two BSNs';
  }
  const kept = await tx.findPatient(surviving);
  const gone = await tx.findPatient(retired);
  if (kept.kind === 'contradiction') return kept.text;
  if (gone.kind === 'contradiction') return gone.text;
  const hasBsn = async (keys: PatientKeys, found: typeof kept): Promise<boolean> =>
    keys.bsn !== null || (found.kind === 'one' && (await tx.hasBsn(found.patient)));
  const samePatient = kept.kind === 'one' && gone.kind === 'one' && kept.patient === gone.patient;
  const sameBsn = surviving.bsn !== null && surviving.bsn === retired.bsn;
  if (!samePatient && !sameBsn && (await hasBsn(surviving, kept)) && (await hasBsn(retired, gone))) {
    return 'the merge joins two BSNs';
  }
  const patient = await tx.linkPatient(kept.kind === 'one' ? kept.patient : null, surviving);
  if (gone.kind === 'one') await tx.mergePatients(patient, gone.patient);
  await tx.linkPatient(patient, retired);
  return null;
}
