/**
 * Forward only, any number of processes at once, and while older ones go on: a step adds. One that an older program could
 * not work beside says so, and from then on that program does not start.
 */
import type { Client } from 'pg';
import { FIRST } from './migrations/0001-first.ts';
import { KEEPING } from './migrations/0002-keeping.ts';
import { DESTINATION } from './migrations/0003-destination.ts';
import type { Step } from './step.ts';

/** The step at index n leads from schema n to n + 1. A published step is never edited; a new one is added. */
export const STEPS: readonly Step[] = [FIRST, KEEPING, DESTINATION];

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('schema of ' || current_schema(), 0))`;
const HISTORY = `CREATE TABLE IF NOT EXISTS ledger_schema (version integer PRIMARY KEY, needs integer NOT NULL)`;
const FOUND = 'SELECT version, needs FROM ledger_schema ORDER BY version DESC LIMIT 1';

/** Throws, before anything is changed, when the schema is one that this program cannot work with. */
export async function migrate(client: Client, schema: string, steps: readonly Step[] = STEPS): Promise<void> {
  await makeSchema(client, schema);
  await client.query('BEGIN');
  try {
    await client.query(LOCK);
    await client.query(HISTORY);
    const { rows } = await client.query<{ version: number; needs: number }>(FOUND);
    let { version, needs } = rows[0] ?? { version: 0, needs: 0 };
    if (needs > steps.length) {
      throw new Error(
        `the ledger has schema ${version}, which needs a gateway that knows ${needs}; this one knows up to ` +
          `${steps.length}: start a newer version`,
      );
    }
    for (const { sql, breaks } of steps.slice(version)) {
      await client.query(sql);
      version += 1;
      if (breaks) needs = version;
      await client.query('INSERT INTO ledger_schema (version, needs) VALUES ($1, $2)', [version, needs]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** Asked for first: to make one that is there already takes a right that the gateway need not have. */
async function makeSchema(client: Client, schema: string): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rows.length > 0) return;
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  } catch (error) {
    // Another process made it in the same moment.
    const again = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (again.rows.length === 0) throw error;
  }
}
