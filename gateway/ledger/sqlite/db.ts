/**
 * The statements' `Db` over one connection: questions are asked at once. Rows that nobody waits a number for, and no other
 * row needs, are kept until something is asked that they could be among, or the unit ends: rows of one table then go in one
 * statement.
 */
import { manyInto, type Among, type Db, type Into, type Value } from '../sql/db.ts';
import { fromKept, toKept } from '../sql/text.ts';
import type { Connection } from './connection.ts';

/** Few sizes of statement, each soon prepared. */
const MOST_ROWS = 16;

export class SqliteDb implements Db {
  readonly #connection: Connection;
  #kept: Map<Into, Value[][]> | null = null;
  /** A kept row was refused: its unit has failed, whatever it makes of that. */
  #refused: { readonly error: unknown } | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async get<Row>(sql: string, ...values: Value[]): Promise<Row | undefined> {
    this.flush();
    const row = this.#connection.get<Row>(sql, ...values.map(toKept));
    return row === undefined ? row : asSaid(row);
  }

  async all<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    this.flush();
    return this.#connection.all<Row>(sql, ...values.map(toKept)).map(asSaid);
  }

  async seek<Row>({ table }: Among, sql: string, ...values: Value[]): Promise<Row[]> {
    if (this.#refused !== null) throw this.#refused.error;
    for (const into of this.#kept?.keys() ?? []) if (into.table === table) this.flush();
    return this.#connection.all<Row>(sql, ...values.map(toKept)).map(asSaid);
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    this.flush();
    return this.#connection.run(sql, ...values.map(toKept));
  }

  async change(sql: string, ...values: Value[]): Promise<void> {
    await this.run(sql, ...values);
  }

  async insert(into: Into, ...values: Value[]): Promise<number> {
    const row = values.map(toKept);
    if (into.numbered) return this.#connection.insert(into.sql, ...row);
    if (into.referred) return this.#connection.run(into.sql, ...row);
    this.#kept ??= new Map();
    const rows = this.#kept.get(into);
    if (rows === undefined) this.#kept.set(into, [row]);
    else rows.push(row);
    return 0;
  }

  /** Puts what is kept, in the order in which its tables were first put to. */
  flush(): void {
    if (this.#refused !== null) throw this.#refused.error;
    const kept = this.#kept;
    if (kept === null) return;
    this.#kept = null;
    try {
      for (const [into, rows] of kept) this.#put(into, rows);
    } catch (error) {
      this.#refused = { error };
      throw error;
    }
  }

  #put(into: Into, rows: readonly Value[][]): void {
    for (let from = 0; from < rows.length; from += MOST_ROWS) {
      const some = rows.slice(from, from + MOST_ROWS);
      this.#connection.run(rowsInto(into, some.length), ...some.flat());
    }
  }

  /** What is kept of a unit that has failed is nobody's. */
  forget(): void {
    this.#kept = null;
    this.#refused = null;
  }
}

const STATEMENTS = new Map<Into, string[]>();

function rowsInto(into: Into, rows: number): string {
  if (rows === 1) return into.sql;
  const known = STATEMENTS.get(into) ?? [];
  STATEMENTS.set(into, known);
  return (known[rows] ??= manyInto(into, rows));
}

function asSaid<Row>(row: Row): Row {
  for (const name in row) {
    const value = row[name];
    if (typeof value === 'string') row[name] = fromKept(value) as typeof value;
  }
  return row;
}
