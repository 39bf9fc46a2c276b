/** The ledger on SQLite (libsql): one connection writes, one reads what is committed. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerUnavailable } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import { createSeal } from '../seal.ts';
import { nothingFresh } from '../sql/fresh.ts';
import { checkKey } from '../sql/key-check.ts';
import { sqlLedger } from '../sql/ledger.ts';
import type { On } from '../sql/reader.ts';
import { createWriter } from '../sql/writer.ts';
import { Connection } from './connection.ts';
import type { Synchronous } from './connection.ts';
import { SqliteDb } from './db.ts';
import { migrate } from './migrate.ts';
import { beginTurn } from './transactions.ts';

/** Pages given back in one commit: a megabyte is moved in a few milliseconds. */
const PAGES_AT_ONCE = 128;

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

  const openWriter = async (): Promise<Connection> => {
    const connection = Connection.open(file, { write: true, synchronous });
    try {
      migrate(connection);
      await checkKey({ db: new SqliteDb(connection), seal });
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  };
  let writing: Connection | null = await openWriter();
  let reading: Connection | null = null;
  const opened = statSync(file).ino;

  const writer = createWriter({
    async begin() {
      // A file put in another's place, or removed, would take what is written with it.
      if (!existsSync(file) || statSync(file).ino !== opened)
        throw new Error('the database file is not the one opened');
      writing ??= await openWriter();
      return beginTurn(writing, { db: new SqliteDb(writing), seal });
    },
    abandon() {
      const connection = writing;
      writing = null;
      connection?.close();
    },
  });

  const read: On = async (use) => {
    let connection: Connection | null = null;
    try {
      connection = reading ??= Connection.open(file, { write: false, synchronous });
      return await use({ db: new SqliteDb(connection), seal, fresh: nothingFresh() });
    } catch (error) {
      if (connection && !connection.lost) throw error;
      if (reading === connection) reading = null;
      connection?.close();
      throw new LedgerUnavailable('the ledger cannot be read', { cause: error });
    }
  };

  return sqlLedger(
    {
      read,
      writer,
      giveBack: () =>
        writer.write(async () => {
          writing?.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`);
          return (writing?.get<{ freelist_count: number }>('PRAGMA freelist_count')?.freelist_count ?? 0) > 0;
        }),
      close: async () => {
        reading?.close();
        writing?.close();
        reading = null;
        writing = null;
      },
    },
    clock,
  );
}
