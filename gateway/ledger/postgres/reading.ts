/** The statements' `Db` over what is committed: any connection of the pool will do. */
import type { Pool, QueryResult, QueryResultRow } from 'pg';
import type { Among, Db, Into, Value } from '../sql/db.ts';
import { isOfAnOlderPlan } from './connect.ts';
import { statement } from './dialect.ts';
import { toKept } from '../sql/text.ts';

export class PostgresReading implements Db {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async get<Row>(sql: string, ...values: Value[]): Promise<Row | undefined> {
    return (await this.all<Row>(sql, ...values))[0];
  }

  async all<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    const { name, text, changes } = statement(sql);
    if (changes) throw new Error('only a unit of work changes anything');
    const found = await this.#query({ name, text, values: values.map(toKept) });
    return found.rows as Row[];
  }

  seek<Row>(_: Among, sql: string, ...values: Value[]): Promise<Row[]> {
    return this.all<Row>(sql, ...values);
  }

  run(sql: string): Promise<number> {
    return Promise.reject(new Error(`only a unit of work changes anything: ${sql}`));
  }

  async change(sql: string): Promise<void> {
    await this.run(sql);
  }

  insert({ sql }: Into): Promise<number> {
    return this.run(sql);
  }

  /** Once more on a new connection, where a newer gateway changed the table under a prepared statement. */
  async #query(query: {
    readonly name: string;
    readonly text: string;
    readonly values: Value[];
  }): Promise<QueryResult<QueryResultRow>> {
    const client = await this.#pool.connect();
    try {
      const found = await client.query(query);
      client.release();
      return found;
    } catch (error) {
      client.release(true);
      if (!isOfAnOlderPlan(error)) throw error;
      return this.#pool.query({ ...query });
    }
  }
}
