/**
 * The only writer. What is given in one event-loop turn runs in one transaction, each unit in its own savepoint, and
 * nobody hears anything before the commit has reached the disk. When the store fails, everyone of the batch hears
 * `LedgerUnavailable`, the connection is thrown away, and the next batch starts with a new one.
 */
import { LedgerUnavailable } from '../ledger.ts';
import type { Store } from './store.ts';

/** One commit carries at most so many units, and takes no new one after so long: who came first need not wait for the last. */
const MOST_UNITS = 500;
const LONGEST_MS = 100;

interface Waiting {
  readonly run: (store: Store) => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface Writer {
  write<T>(unit: (store: Store) => Promise<T>): Promise<T>;
  /** Resolves when nothing is waiting any more; later units are turned away. */
  end(): Promise<void>;
}

/** `connect` gives the write connection, opened anew after `disconnect`; it throws while the store cannot be used. */
export function createWriter(connection: { connect(): Store; disconnect(): void }): Writer {
  const queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let ended = false;

  async function runOne(store: Store, one: Waiting): Promise<() => void> {
    const { db } = store;
    db.run('SAVEPOINT unit');
    try {
      await one.run(store);
      db.run('RELEASE unit');
      return one.resolve;
    } catch (error) {
      if (db.lost || !db.inTransaction) throw error;
      db.run('ROLLBACK TO unit');
      db.run('RELEASE unit');
      return () => one.reject(error);
    }
  }

  async function runBatch(): Promise<void> {
    const taken: Waiting[] = [];
    const answers: (() => void)[] = [];
    let store: Store | null = null;
    try {
      store = connection.connect();
      store.db.run('BEGIN IMMEDIATE');
      const until = performance.now() + LONGEST_MS;
      for (let one = queue.shift(); one; one = queue.shift()) {
        taken.push(one);
        answers.push(await runOne(store, one));
        // A unit may have caught the error of a failing store: its work is gone all the same.
        if (store.db.lost) throw store.db.lost;
        if (taken.length >= MOST_UNITS || performance.now() > until) break;
      }
      store.db.run('COMMIT');
    } catch (error) {
      connection.disconnect();
      const unavailable = new LedgerUnavailable('the ledger cannot be written', { cause: error });
      for (const one of taken.length > 0 ? taken : queue.splice(0, MOST_UNITS)) one.reject(unavailable);
      return;
    }
    for (const answer of answers) answer();
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      // What else arrives in this turn joins.
      await new Promise((resolve) => setImmediate(resolve));
      await runBatch();
    }
    running = null;
  }

  return {
    write<T>(unit: (store: Store) => Promise<T>): Promise<T> {
      if (ended) return Promise.reject(new LedgerUnavailable('the ledger is closed'));
      return new Promise<T>((resolve, reject) => {
        let value: { readonly is: T } | null = null;
        queue.push({
          run: async (store) => {
            value = { is: await unit(store) };
          },
          resolve: () => {
            if (value) resolve(value.is);
          },
          reject,
        });
        running ??= drain();
      });
    },
    async end() {
      ended = true;
      await running;
    },
  };
}
