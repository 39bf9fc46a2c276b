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
    const judged = await judge(tx, merge);
    if (!judged.ok) return judged.text;
  }
  for (const merge of merges) {
    // What was found may have changed by the merge before it.
    const judged = await judge(tx, merge);
    if (!judged.ok) return judged.text;
    await mergeOne(tx, merge, judged);
  }
  const found = await tx.findPatient(keys);
  if (found.kind === 'contradiction') return found.text;
  if (keys.bsn !== null || keys.numbers.length > 0) {
    await tx.linkPatient(found.kind === 'one' ? found.patient : null, keys);
  }
  return null;
}

/** The patients the two are known as; null: nobody yet. */
type Judged =
  | { readonly ok: true; readonly kept: string | null; readonly gone: string | null }
  | { readonly ok: false; readonly text: string };

const no = (text: string): Judged => ({ ok: false, text });

async function judge(tx: Tx, { surviving, retired }: Merge): Promise<Judged> {
  const sameBsn = surviving.bsn !== null && surviving.bsn === retired.bsn;
  if (surviving.bsn !== null && retired.bsn !== null && !sameBsn) return no('the merge joins two BSNs');
  const kept = await tx.findPatient(surviving);
  const gone = await tx.findPatient(retired);
  if (kept.kind === 'contradiction') return no(kept.text);
  if (gone.kind === 'contradiction') return no(gone.text);
  const hasBsn = async (keys: PatientKeys, found: typeof kept): Promise<boolean> =>
    keys.bsn !== null || (found.kind === 'one' && (await tx.hasBsn(found.patient)));
  const samePatient = kept.kind === 'one' && gone.kind === 'one' && kept.patient === gone.patient;
  if (!samePatient && !sameBsn && (await hasBsn(surviving, kept)) && (await hasBsn(retired, gone))) {
    return no('the merge joins two BSNs');
  }
  const patientOf = (found: typeof kept): string | null => (found.kind === 'one' ? found.patient : null);
  return { ok: true, kept: patientOf(kept), gone: patientOf(gone) };
}

async function mergeOne(tx: Tx, { surviving, retired }: Merge, { kept, gone }: Judged & { ok: true }): Promise<void> {
  const patient = await tx.linkPatient(kept, surviving);
  if (gone !== null) await tx.mergePatients(patient, gone);
  await tx.linkPatient(patient, retired);
}
