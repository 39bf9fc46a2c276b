/** The ledger on SQLite (libsql): one connection writes, one reads what is committed. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerUnavailable } from '../ledger.ts';
import type { Ledger, Reader } from '../ledger.ts';
import { createSeal } from '../seal.ts';
import { createWriter } from './batch.ts';
import { Connection } from './connection.ts';
import type { Synchronous } from './connection.ts';
import { checkKey } from './key-check.ts';
import { claim, due, nextDue, recover } from './lane.ts';
import { migrate } from './migrate.ts';
import { SqliteReader } from './reader.ts';
import type { On } from './reader.ts';
import { settle } from './settle.ts';
import type { Store } from './store.ts';
import { runUnit } from './unit.ts';

export interface SqliteLedgerOptions {
  readonly file: string;
  /** 32 bytes: LEDGER_KEY. */
  readonly key: Buffer;
  readonly clock: { now(): Date };
  /** OFF only to show that the tests see the sync. */
  readonly synchronous?: Synchronous;
}

/** Throws, with words for the operator, for a file of a newer schema, another key, or one that cannot be opened. */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
  const { file, key, clock, synchronous = 'FULL' } = options;
  const seal = createSeal(key);
  mkdirSync(dirname(file), { recursive: true });

  const openWriter = (): Store => {
    const store = { db: Connection.open(file, { write: true, synchronous }), seal };
    try {
      migrate(store.db);
      checkKey(store);
      // Gives back some of what was destroyed; little at a time, since a start should be quick.
      store.db.exec('PRAGMA incremental_vacuum(500)');
    } catch (error) {
      store.db.close();
      throw error;
    }
    return store;
  };
  let writer: Store | null = openWriter();
  let reading: Store | null = null;
  const opened = statSync(file).ino;

  const queue = createWriter({
    connect() {
      // A file put in another's place, or removed, would take what is written with it.
      if (!existsSync(file) || statSync(file).ino !== opened)
        throw new Error('the database file is not the one opened');
      writer ??= openWriter();
      return writer;
    },
    disconnect() {
      const { db } = writer ?? {};
      writer = null;
      db?.close();
    },
  });

  const read: On = async (use) => {
    try {
      reading ??= { db: Connection.open(file, { write: false, synchronous }), seal };
      return use(reading);
    } catch (error) {
      if (reading && !reading.db.lost) throw error;
      reading?.db.close();
      reading = null;
      throw new LedgerUnavailable('the ledger cannot be read', { cause: error });
    }
  };

  const writing: Omit<Ledger, keyof Reader> = {
    write: (unit) => queue.write((store) => runUnit(store, unit)),
    claim: async (destination, now, limit) => {
      // Most wake-ups find nothing: they cost a look, not a transaction.
      if ((await read((store) => due(store, destination, now, 1))).length === 0) return [];
      return queue.write(async (store) => claim(store, destination, now, limit));
    },
    settle: (deliveryId, settlement) => queue.write(async (store) => settle(store, deliveryId, settlement)),
    nextDue: (destination) => read((store) => nextDue(store, destination)),
    recover: () => queue.write(async (store) => recover(store)),
    ready: async () => {
      const at = Buffer.from(clock.now().toISOString());
      try {
        await queue.write(async ({ db }) => db.run("INSERT OR REPLACE INTO setting VALUES ('ready', ?)", at));
        return true;
      } catch {
        return false;
      }
    },
    close: async () => {
      await queue.end();
      reading?.db.close();
      writer?.db.close();
      reading = null;
      writer = null;
    },
  };
  return Object.assign(new SqliteReader(read), writing);
}
