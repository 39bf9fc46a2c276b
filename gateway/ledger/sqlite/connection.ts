/** One connection to the database file: its settings, its prepared statements, and whether it can still be trusted. */
import Database from 'libsql';
import type { Value } from '../sql/db.ts';

type Found<Row> = Row | undefined;
export type Synchronous = 'FULL' | 'OFF';

/** The store failed, not the statement: disk full, locked, read-only, damaged, gone. SQLite may have rolled back by itself. */
const LOST = /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|BUSY|LOCKED|NOMEM|PROTOCOL|PERM|INTERRUPT)/;

/** Said for engines with several writers; here a transaction that writes is alone. */
const ROW_LOCK = / FOR UPDATE( SKIP LOCKED)?$/;

/** How long a statement waits for another process's lock. It waits on the event loop, so not long. */
const BUSY_MS = 1_000;

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

export class Connection {
  readonly #database: Database.Database;
  readonly #writes: boolean;
  readonly #statements = new Map<string, Database.Statement>();
  /** Why this connection must not be used any more. */
  lost: Error | null = null;

  private constructor(database: Database.Database, writes: boolean) {
    this.#database = database;
    this.#writes = writes;
  }

  static open(file: string, use: { readonly write: boolean; readonly synchronous: Synchronous }): Connection {
    const connection = new Connection(new Database(file, { timeout: BUSY_MS }), use.write);
    try {
      if (use.write) {
        // Only heeded while the file is empty.
        connection.exec('PRAGMA page_size = 8192');
        connection.exec('PRAGMA auto_vacuum = INCREMENTAL');
        connection.get('PRAGMA journal_mode = WAL');
        connection.exec(`PRAGMA synchronous = ${use.synchronous}`);
        connection.exec('PRAGMA foreign_keys = ON');
        // What is destroyed is overwritten, not only unlinked.
        connection.exec('PRAGMA secure_delete = ON');
        connection.exec('PRAGMA wal_autocheckpoint = 4000');
        connection.get('PRAGMA journal_size_limit = 67108864');
      } else {
        // libsql does not heed `readonly`; this does.
        connection.exec('PRAGMA query_only = ON');
      }
      // KiB. The system keeps what is not in here; both connections hold theirs for good.
      connection.exec(`PRAGMA cache_size = -${use.write ? 8192 : 4096}`);
      connection.exec('PRAGMA temp_store = MEMORY');
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  get<Row>(sql: string, ...values: Value[]): Found<Row> {
    return this.#guard(() => this.#prepare(sql).get(values)) as Found<Row>;
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#guard(() => this.#prepare(sql).all(values)) as Row[];
  }

  /** Number of rows changed. */
  run(sql: string, ...values: Value[]): number {
    return this.#guard(() => this.#prepare(sql).run(values).changes);
  }

  /** The rowid of the inserted row. */
  insert(sql: string, ...values: Value[]): number {
    return this.#guard(() => Number(this.#prepare(sql).run(values).lastInsertRowid));
  }

  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  /**
   * libsql keeps the file open until its statements are collected, so nothing is left to the closing itself: an open
   * transaction would hold its lock, and the log would not be brought home.
   */
  close(): void {
    if (!this.#database.open) return;
    try {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      if (!this.lost && this.#writes) this.#prepare('PRAGMA wal_checkpoint(TRUNCATE)').get([]);
    } catch {
      // The store failed before: the next opening recovers from the log.
    }
    this.#statements.clear();
    this.#database.close();
  }

  // Values always travel as one array: a lone Buffer or null would be taken for named parameters and end the process.
  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql.replace(ROW_LOCK, ''));
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      if (LOST.test(codeOf(error))) this.lost = error as Error;
      throw error;
    }
  }
}
