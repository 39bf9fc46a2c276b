/** The statements' `Db` over one connection: everything happens at once, in the order it is asked for. */
import type { Among, Db, Into, Value } from '../sql/db.ts';
import { fromKept, toKept } from '../sql/text.ts';
import type { Connection } from './connection.ts';

export class SqliteDb implements Db {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async get<Row>(sql: string, ...values: Value[]): Promise<Row | undefined> {
    const row = this.#connection.get<Row>(sql, ...values.map(toKept));
    return row === undefined ? row : asSaid(row);
  }

  async all<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    return this.#connection.all<Row>(sql, ...values.map(toKept)).map(asSaid);
  }

  seek<Row>(_: Among, sql: string, ...values: Value[]): Promise<Row[]> {
    return this.all<Row>(sql, ...values);
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    return this.#connection.run(sql, ...values.map(toKept));
  }

  async change(sql: string, ...values: Value[]): Promise<void> {
    this.#connection.run(sql, ...values.map(toKept));
  }

  async insert({ sql, numbered }: Into, ...values: Value[]): Promise<number> {
    const seq = this.#connection.insert(sql, ...values.map(toKept));
    return numbered ? seq : 0;
  }
}

function asSaid<Row>(row: Row): Row {
  for (const name in row) {
    const value = row[name];
    if (typeof value === 'string') row[name] = fromKept(value) as typeof value;
  }
  return row;
}
