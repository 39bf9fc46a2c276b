/** What a delivery tells its receiver of, under the names the receiver knows it by. */
import { into } from './db.ts';
import type { Store } from './store.ts';

/** One name at one destination. A name may be a patient's identifier: without the key nobody can try it out. */
export const disclosedHash = ({ seal }: Pick<Store, 'seal'>, destination: string, name: string): string =>
  seal.hash(`disclosed|${destination}|${name}`);

const PUT = into('disclosed', ['hash', 'delivery_seq']);

export async function noteDisclosed(
  store: Store,
  seq: number,
  destination: string,
  names: readonly string[],
): Promise<void> {
  for (const hash of new Set(names.map((name) => disclosedHash(store, destination, name)))) {
    await store.db.insert(PUT, hash, seq);
  }
}
