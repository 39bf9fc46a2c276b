/** Statements on one connection, sent without waiting for the answers of those before. */
import type { Client, QueryResult } from 'pg';
import type { Value } from '../sql/db.ts';
import { isOfTheUnit } from './connect.ts';
import { statement } from './dialect.ts';
import { toKept } from '../sql/text.ts';

export interface Sent {
  readonly sql: string;
  readonly values: readonly Value[];
}

type Row = Record<string, unknown>;
export type Answer = QueryResult<Row>;

export const control = (sql: string): Sent => ({ sql, values: [] });

export class Wire {
  readonly #client: Client;
  /** Why nothing more may be asked of this connection. */
  lost: { readonly error: unknown } | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The answers in order. Rejects with the first error: in a transaction, everything after it was refused too. */
  async send(all: readonly Sent[]): Promise<readonly Answer[]> {
    const answers = await Promise.allSettled(
      all.map(({ sql, values }) => {
        const { name, text } = statement(sql);
        return this.#client.query<Row>({ name, text, values: values.map(toKept) });
      }),
    );
    const good: Answer[] = [];
    for (const answer of answers) {
      if (answer.status === 'fulfilled') good.push(answer.value);
      else {
        if (!isOfTheUnit(answer.reason)) this.lost = { error: answer.reason };
        throw answer.reason;
      }
    }
    return good;
  }
}
