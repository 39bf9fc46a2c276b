/** Keyed hashes of whom and what a message is about: for holding, linking, search, and replay's look for newer news. */
import type { PatientKeys } from '../ledger.ts';
import { into } from './db.ts';
import type { KeyHash } from './known-patients.ts';
import type { Store } from './store.ts';

export function bsnHash({ seal }: Pick<Store, 'seal'>, bsn: string): string {
  return seal.hash(`bsn|${bsn}`);
}

/** The BSN first. An assigner's own `|` is escaped, so that no two pairs read the same. */
export function keyHashes(store: Pick<Store, 'seal' | 'patients'>, keys: PatientKeys): readonly KeyHash[] {
  const known = store.patients.hashes.get(keys);
  if (known !== undefined) return known;
  const numbers = keys.numbers.map(({ assigner, value }): KeyHash => {
    return { kind: 'number', hash: store.seal.hash(`number|${encodeURIComponent(assigner)}|${value}`) };
  });
  const bsn: KeyHash[] = keys.bsn === null ? [] : [{ kind: 'bsn', hash: bsnHash(store, keys.bsn) }];
  const all = [...bsn, ...numbers];
  store.patients.hashes.set(keys, all);
  return all;
}

export const thingHash = ({ seal }: Pick<Store, 'seal'>, thing: string): string => seal.hash(`thing|${thing}`);

const PUT = into('mark', ['hash', 'message_seq', 'kind']);

export async function insertMarks(
  store: Store,
  messageSeq: number,
  keys: PatientKeys,
  things: readonly string[],
): Promise<void> {
  const kinds = new Map<string, string>(keyHashes(store, keys).map(({ hash, kind }) => [hash, kind]));
  for (const thing of things) kinds.set(thingHash(store, thing), 'thing');
  for (const [hash, kind] of kinds) await store.db.insert(PUT, hash, messageSeq, kind);
}

/** What a stored message said to identify its patient. */
export function keysOfMessage({ db }: Store, messageId: string): Promise<readonly KeyHash[]> {
  return db.all<KeyHash>(
    `SELECT kind, hash FROM mark
     WHERE message_seq = (SELECT seq FROM message WHERE id = ?) AND kind IN ('bsn', 'number')`,
    messageId,
  );
}
