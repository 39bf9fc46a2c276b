/** Who is known by which keyed hashes, on the word of a transfer or ADT. Nobody is guessed: keys that disagree say so. */
import { randomUUID } from 'node:crypto';
import { ContradictingKeys } from '../ledger.ts';
import type { PatientKeys } from '../ledger.ts';
import { keyHashes, keysOfMessage } from './mark.ts';
import type { KeyHash, Link } from './known-patients.ts';
import { into, marksFor } from './db.ts';
import type { Store } from './store.ts';

export type FoundPatient =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly patient: string }
  | { readonly kind: 'contradiction'; readonly text: string };

async function linksOf({ db, patients }: Store, hashes: readonly KeyHash[]): Promise<readonly Link[]> {
  if (hashes.length === 0) return [];
  const asked = hashes.map(({ hash }) => hash);
  const known = patients.links.get(asked.join());
  if (known !== undefined) return known;
  const found = await db.seek<Link>(
    { table: 'patient_key' },
    `SELECT k.hash, k.patient, (SELECT b.hash FROM patient_key b WHERE b.patient = k.patient AND b.kind = 'bsn') AS bsn
     FROM patient_key k WHERE k.hash IN (${marksFor(hashes)})`,
    ...asked,
  );
  patients.links.set(asked.join(), found);
  return found;
}

/** The hash of the BSN linked to this patient, if one is. */
export async function bsnOf({ db }: Store, patient: string): Promise<string | null> {
  const [row] = await db.seek<{ hash: string }>(
    { table: 'patient_key' },
    "SELECT hash FROM patient_key WHERE patient = ? AND kind = 'bsn'",
    patient,
  );
  return row?.hash ?? null;
}

const otherBsn = (linked: string | null, hashes: readonly KeyHash[]): boolean =>
  linked !== null && hashes.some(({ kind, hash }) => kind === 'bsn' && hash !== linked);

function judge(links: readonly Link[], hashes: readonly KeyHash[]): FoundPatient {
  const [link] = links;
  if (link === undefined) return { kind: 'none' };
  if (links.some(({ patient }) => patient !== link.patient)) {
    return { kind: 'contradiction', text: 'the identifiers belong to more than one known patient' };
  }
  if (otherBsn(link.bsn, hashes)) {
    return { kind: 'contradiction', text: 'the patient number is linked to another BSN' };
  }
  return { kind: 'one', patient: link.patient };
}

export async function findPatient(store: Store, keys: PatientKeys): Promise<FoundPatient> {
  const hashes = keyHashes(store, keys);
  return judge(await linksOf(store, hashes), hashes);
}

const PUT_PATIENT = into('patient', ['id'], { referred: true, again: 'ignored' });
const PUT_KEY = into('patient_key', ['hash', 'kind', 'patient'], { again: 'ignored' });

/** Throws `ContradictingKeys` when a key is another's, or the patient has another BSN: a link is never moved in silence. */
export async function linkPatient(store: Store, patient: string | null, keys: PatientKeys): Promise<string> {
  const hashes = keyHashes(store, keys);
  const links = await linksOf(store, hashes);
  const found = judge(links, hashes);
  if (found.kind === 'contradiction') throw new ContradictingKeys(found.text);
  const known = found.kind === 'one' ? found.patient : null;
  if (patient !== null && known !== null && known !== patient) {
    throw new ContradictingKeys('an identifier belongs to another known patient');
  }
  const linked = patient ?? known ?? randomUUID();
  if (patient !== null && known === null && otherBsn(await bsnOf(store, patient), hashes)) {
    throw new ContradictingKeys('the patient is linked to another BSN');
  }
  if (known === null) await store.db.insert(PUT_PATIENT, linked);
  for (const { hash, kind } of hashes) {
    if (links.some((link) => link.hash === hash)) continue;
    await store.db.insert(PUT_KEY, hash, kind, linked);
    store.patients.links.clear();
  }
  return linked;
}

/** Whether what a held message said disagrees with this patient's links. */
export async function contradicts(store: Store, messageId: string, patient: string): Promise<boolean> {
  const hashes = await keysOfMessage(store, messageId);
  const links = await linksOf(store, hashes);
  return links.some((link) => link.patient !== patient) || otherBsn(await bsnOf(store, patient), hashes);
}
