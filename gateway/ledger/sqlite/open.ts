/** The ledger on SQLite (libsql): one connection writes, one reads what is committed. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerUnavailable } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import type { Seal } from '../seal.ts';
import { nothingFresh } from '../sql/fresh.ts';
import { nobodyKnown } from '../sql/known-patients.ts';
import { sqlLedger } from '../sql/ledger.ts';
import type { On } from '../sql/reader.ts';
import { recognise, unlock, type LedgerKeys } from '../sql/unlock.ts';
import { createWriter } from '../sql/writer.ts';
import { Connection } from './connection.ts';
import type { Synchronous } from './connection.ts';
import { SqliteDb } from './db.ts';
import { migrate } from './migrate.ts';
import { beginTurn } from './transactions.ts';

/** Pages given back in one commit: a megabyte is moved in a few milliseconds. */
const PAGES_AT_ONCE = 128;
/** Free pages that stay: what comes next takes them, and need not make the file grow again. */
const PAGES_KEPT = 512;

export interface SqliteLedgerOptions extends LedgerKeys {
  readonly file: string;
  readonly clock: { now(): Date };
  /** OFF only to show that the tests see the sync. */
  readonly synchronous?: Synchronous;
}

/** Throws, with words for the operator, for a file of a newer schema, another key, or one that cannot be opened. */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
  const { file, clock, synchronous = 'FULL' } = options;
  mkdirSync(dirname(file), { recursive: true });

  const openWriter = async (known: Seal | null): Promise<{ readonly connection: Connection; readonly seal: Seal }> => {
    const connection = Connection.open(file, { write: true, synchronous });
    try {
      migrate(connection);
      if (known) await recognise(beginTurn(connection), known);
      const seal = known ?? (await unlock(beginTurn(connection), options));
      return { connection, seal };
    } catch (error) {
      connection.close();
      throw error;
    }
  };
  const { connection: first, seal } = await openWriter(null);
  let writing: Connection | null = first;
  let reading: Connection | null = null;
  const opened = statSync(file).ino;

  const writer = createWriter(
    {
      async begin() {
        // A file put in another's place, or removed, would take what is written with it.
        if (!existsSync(file) || statSync(file).ino !== opened)
          throw new Error('the database file is not the one opened');
        writing ??= (await openWriter(seal)).connection;
        return beginTurn(writing);
      },
      abandon() {
        const connection = writing;
        writing = null;
        connection?.close();
      },
    },
    seal,
  );

  const read: On = async (use) => {
    let connection: Connection | null = null;
    try {
      connection = reading ??= Connection.open(file, { write: false, synchronous });
      return await use({ db: new SqliteDb(connection), seal, fresh: nothingFresh(), patients: nobodyKnown() });
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
          const free = writing?.get<{ freelist_count: number }>('PRAGMA freelist_count')?.freelist_count ?? 0;
          if (free <= PAGES_KEPT) return false;
          writing?.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`);
          return true;
        }),
      seal,
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
