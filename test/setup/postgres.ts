/** A PostgreSQL for tests: the one of TEST_DATABASE_URL or on loopback, where every test has a schema of its own. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { answers } from './answers.ts';

export const DATABASE_URL = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

export const hasPostgres = answers(DATABASE_URL, 5432, 'no PostgreSQL answers: set TEST_DATABASE_URL');

export const describeWithPostgres = hasPostgres ? describe : describe.skip;

/** A DATABASE_URL with a schema nobody else has. */
export function newSchema(server = DATABASE_URL): string {
  const url = new URL(server);
  url.searchParams.set('schema', `t_${randomBytes(8).toString('hex')}`);
  return url.href;
}

/** One connection within the schema of the address. */
export async function inSchema<T>(databaseUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const url = new URL(databaseUrl);
  const schema = url.searchParams.get('schema') ?? 'public';
  url.searchParams.delete('schema');
  const client = new pg.Client({ connectionString: url.href, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

export async function dropSchema(databaseUrl: string): Promise<void> {
  const schema = new URL(databaseUrl).searchParams.get('schema') ?? '';
  await inSchema(databaseUrl, (client) => client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`));
}

/** All rows of the schema: quicker than a new schema for every test. */
export const emptySchema = (databaseUrl: string): Promise<unknown> =>
  inSchema(databaseUrl, (client) =>
    client.query(`DO $$ DECLARE t text; BEGIN
      FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'ledger_schema' LOOP
        EXECUTE 'DELETE FROM ' || t;
      END LOOP;
    END $$`),
  );
