/** Runs one unit of work on the open transaction. */
import type { Due, Tx } from '../ledger.ts';
import type { Store } from './store.ts';
import { SqlTx } from './tx.ts';

/**
 * A unit waits for nothing but its own statements, which need no time. One that waits for anything else (a call, a file,
 * another `write`, which waits for this one) would stop every other writer: it is undone instead, as a bug.
 */
const LONGEST_MS = 10_000;

/** `due` is filled with what may be due because of the unit, once it is committed. */
export async function runUnit<T>(
  store: Store,
  unit: (tx: Tx) => Promise<T>,
  due: Due[] = [],
  longestMs = LONGEST_MS,
): Promise<T> {
  const tx = new SqlTx(store, due);
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a unit of work waited for something outside the ledger')), longestMs);
  });
  try {
    return await Promise.race([unit(tx), stuck]);
  } finally {
    clearTimeout(timer);
    tx.end();
  }
}
