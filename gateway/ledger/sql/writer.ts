/**
 * The only writer of a process. What is given in one event-loop turn runs in one transaction, unit after unit, each
 * undone alone when it fails, and nobody hears anything before the commit has reached the disk. When the store fails,
 * everyone of the batch hears `LedgerUnavailable`.
 */
import { LedgerUnavailable } from '../ledger.ts';
import type { Seal } from '../seal.ts';
import type { Db } from './db.ts';
import { nothingFresh } from './fresh.ts';
import { nobodyKnown } from './known-patients.ts';
import type { Store } from './store.ts';

/** One commit carries at most so many units, and takes no new one after so long: who came first need not wait for the last. */
const MOST_UNITS = 500;
const LONGEST_MS = 100;

/** How a unit ended: for good only once its transaction is committed. */
export interface Ended {
  failure: { readonly error: unknown } | null;
}

/** One transaction of an engine. Whatever it throws means that the store is lost, and all of the batch with it. */
export interface Turn {
  unit(run: (db: Db) => Promise<void>): Promise<Ended>;
  commit(): Promise<void>;
}

export interface Transactions {
  begin(): Promise<Turn>;
  /** The transaction that threw is over, and what it stood on is not trusted any more. */
  abandon(): void;
}

export interface Writer {
  write<T>(unit: (store: Store) => Promise<T>): Promise<T>;
  /** Told after each commit. To be called once. */
  onCommit(tell: CommitTold): void;
  /** Resolves when nothing is waiting any more; later units are turned away. */
  end(): Promise<void>;
}

/** How many units it carried, and how long it took from the first of them to the disk. */
type CommitTold = (units: number, seconds: number) => void;

interface Waiting {
  readonly run: (db: Db) => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createWriter(transactions: Transactions, seal: Seal): Writer {
  const queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let ended = false;
  let tellCommit: CommitTold = () => undefined;

  function abandon(): void {
    try {
      transactions.abandon();
    } catch {
      // Not even closed: it is not used any more either way, and whoever waits has to hear.
    }
  }

  async function runBatch(): Promise<void> {
    const taken: Waiting[] = [];
    const ends: Ended[] = [];
    const begun = performance.now();
    try {
      const turn = await transactions.begin();
      const until = performance.now() + LONGEST_MS;
      for (let one = queue.shift(); one; one = queue.shift()) {
        taken.push(one);
        ends.push(await turn.unit(one.run));
        if (taken.length >= MOST_UNITS || performance.now() > until) break;
      }
      await turn.commit();
    } catch (error) {
      abandon();
      const unavailable = new LedgerUnavailable('the ledger cannot be written', { cause: error });
      for (const one of taken.length > 0 ? taken : queue.splice(0, MOST_UNITS)) one.reject(unavailable);
      return;
    }
    for (const [n, one] of taken.entries()) {
      const failure = ends[n]?.failure;
      if (failure) one.reject(failure.error);
      else one.resolve();
    }
    tellCommit(taken.length, (performance.now() - begun) / 1000);
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
          run: async (db) => {
            value = { is: await unit({ db, seal, fresh: nothingFresh(), patients: nobodyKnown() }) };
          },
          resolve: () => {
            if (value) resolve(value.is);
          },
          reject,
        });
        running ??= drain();
      });
    },
    onCommit(tell) {
      tellCommit = tell;
    },
    async end() {
      ended = true;
      await running;
    },
  };
}
