/** Who is known by which keyed hashes, on the word of a transfer or ADT. Nobody is guessed: keys that disagree say so. */
import { randomUUID } from 'node:crypto';
import { ContradictingKeys } from '../ledger.ts';
import type { PatientKeys } from '../ledger.ts';
import { keyHashes, keysOfMessage } from './mark.ts';
import type { KeyHash } from './mark.ts';
import type { Store } from './store.ts';

export type FoundPatient =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly patient: string }
  | { readonly kind: 'contradiction'; readonly text: string };

function ownerOf({ db }: Store, hash: string): string | null {
  return db.get<{ patient: string }>('SELECT patient FROM patient_key WHERE hash = ?', hash)?.patient ?? null;
}

/** The hash of the BSN linked to this patient, if one is. */
export function bsnOf({ db }: Store, patient: string): string | null {
  return (
    db.get<{ hash: string }>("SELECT hash FROM patient_key WHERE patient = ? AND kind = 'bsn'", patient)?.hash ?? null
  );
}

function otherBsn(store: Store, hashes: readonly KeyHash[], patient: string): boolean {
  const linked = bsnOf(store, patient);
  return linked !== null && hashes.some(({ kind, hash }) => kind === 'bsn' && hash !== linked);
}

function find(store: Store, hashes: readonly KeyHash[]): FoundPatient {
  const owners = new Set(hashes.flatMap(({ hash }) => ownerOf(store, hash) ?? []));
  const [patient] = owners;
  if (patient === undefined) return { kind: 'none' };
  if (owners.size > 1) return { kind: 'contradiction', text: 'the identifiers belong to more than one known patient' };
  if (otherBsn(store, hashes, patient)) {
    return { kind: 'contradiction', text: 'the patient number is linked to another BSN' };
  }
  return { kind: 'one', patient };
}

export function findPatient(store: Store, keys: PatientKeys): FoundPatient {
  return find(store, keyHashes(store, keys));
}

/** Throws `ContradictingKeys` when a key is another's, or the patient has another BSN: a link is never moved in silence. */
export function linkPatient(store: Store, patient: string | null, keys: PatientKeys): string {
  const hashes = keyHashes(store, keys);
  const found = find(store, hashes);
  if (found.kind === 'contradiction') throw new ContradictingKeys(found.text);
  const known = found.kind === 'one' ? found.patient : null;
  if (patient !== null && known !== null && known !== patient) {
    throw new ContradictingKeys('an identifier belongs to another known patient');
  }
  const linked = patient ?? known ?? randomUUID();
  if (otherBsn(store, hashes, linked)) throw new ContradictingKeys('the patient is linked to another BSN');
  store.db.run('INSERT OR IGNORE INTO patient (id) VALUES (?)', linked);
  for (const { hash, kind } of hashes) {
    store.db.run('INSERT OR IGNORE INTO patient_key (hash, kind, patient) VALUES (?, ?, ?)', hash, kind, linked);
  }
  return linked;
}

/** Whether what a held message said disagrees with this patient's links. */
export function contradicts(store: Store, messageId: string, patient: string): boolean {
  const hashes = keysOfMessage(store, messageId);
  const another = hashes.some(({ hash }) => (ownerOf(store, hash) ?? patient) !== patient);
  return another || otherBsn(store, hashes, patient);
}
