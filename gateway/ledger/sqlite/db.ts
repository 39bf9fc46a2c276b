/** The statements' `Db` over one connection: everything happens at once, in the order it is asked for. */
import type { Among, Db, Into, Value } from '../sql/db.ts';
import type { Connection } from './connection.ts';

export class SqliteDb implements Db {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async get<Row>(sql: string, ...values: Value[]): Promise<Row | undefined> {
    return this.#connection.get<Row>(sql, ...values);
  }

  async all<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    return this.#connection.all<Row>(sql, ...values);
  }

  async seek<Row>(_: Among, sql: string, ...values: Value[]): Promise<Row[]> {
    return this.#connection.all<Row>(sql, ...values);
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    return this.#connection.run(sql, ...values);
  }

  async change(sql: string, ...values: Value[]): Promise<void> {
    this.#connection.run(sql, ...values);
  }

  async insert({ sql, numbered }: Into, ...values: Value[]): Promise<number> {
    const seq = this.#connection.insert(sql, ...values);
    return numbered ? seq : 0;
  }
}
