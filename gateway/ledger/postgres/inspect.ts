/** What an operator should know of a PostgreSQL before the gateway relies on it. Changes nothing. */
import { connectWriter, postgresAddress } from './connect.ts';
import { STEPS } from './migrate.ts';

export interface PostgresFacts {
  /** `15.4`. */
  readonly version: string;
  readonly schema: string;
  /** The schema as it is, and as this program makes it; 0 where there is none yet. */
  readonly found: number;
  readonly known: number;
  /** As the server, database or role is set; the gateway's own sessions never go below `on`. */
  readonly synchronousCommit: string;
  /** Half-written pages after a crash of the machine cannot be mended when this is off. */
  readonly fullPageWrites: boolean;
  /** Standbys that must have a commit before it is confirmed; without one, failing over may lose what was accepted. */
  readonly synchronousStandbys: string;
}

/** Rejects with words when it cannot be reached, is too old, is a standby, or runs without fsync. */
export async function inspectPostgres(url: string): Promise<PostgresFacts> {
  const address = postgresAddress(url);
  const client = await connectWriter(address);
  try {
    const { rows } = await client.query<Record<'version' | 'pages' | 'standbys' | 'commit', string>>(
      `SELECT current_setting('server_version') AS version, current_setting('full_page_writes') AS pages,
         current_setting('synchronous_standby_names') AS standbys,
         (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit') AS commit`,
    );
    const there = await client.query<{ there: boolean }>("SELECT to_regclass('ledger_schema') IS NOT NULL AS there");
    const found =
      there.rows[0]?.there === true
        ? await client.query<{ version: number }>('SELECT coalesce(max(version), 0) AS version FROM ledger_schema')
        : null;
    return {
      version: rows[0]?.version ?? '',
      schema: address.schema,
      found: found?.rows[0]?.version ?? 0,
      known: STEPS.length,
      synchronousCommit: rows[0]?.commit ?? '',
      fullPageWrites: rows[0]?.pages === 'on',
      synchronousStandbys: rows[0]?.standbys ?? '',
    };
  } finally {
    await client.end();
  }
}
