/** The ledger of a DATABASE_URL: SQLite for one process, PostgreSQL for any number of them. */
import type { Database } from '../config.ts';
import { ledgerKeys } from './key.ts';
import type { Ledger } from './ledger.ts';
import { openPostgresLedger } from './postgres/open.ts';
import type { Synchronous } from './sqlite/connection.ts';
import { openSqliteLedger } from './sqlite/open.ts';

export interface OpenOptions {
  readonly database: Database;
  /** LEDGER_KEY, in base64. */
  readonly ledgerKey: string | undefined;
  /** LEDGER_KEY_PREVIOUS: given together with a new LEDGER_KEY, which is the ledger's from then on. */
  readonly previousLedgerKey: string | undefined;
  readonly clock: { now(): Date };
  /** Of SQLite; OFF only to show that the tests see the sync. */
  readonly synchronous?: Synchronous;
}

/** Throws, with words for the operator, when it cannot be opened as it is asked to. */
export async function openLedger(options: OpenOptions): Promise<Ledger> {
  const { database, ledgerKey: given, previousLedgerKey: previous, clock, synchronous = 'FULL' } = options;
  if (database.engine === 'postgres') {
    return openPostgresLedger({
      url: database.url,
      clock,
      ...(await ledgerKeys({ given, previous, databaseFile: null })),
    });
  }
  const { file } = database;
  return openSqliteLedger({ file, clock, synchronous, ...(await ledgerKeys({ given, previous, databaseFile: file })) });
}
