/** Where a run keeps its ledger: a temporary file, or with `--database` a schema of its own on that PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '../../gateway/ledger/ledger.ts';
import { openPostgresLedger } from '../../gateway/ledger/postgres/open.ts';
import { openSqliteLedger } from '../../gateway/ledger/sqlite/open.ts';
import { newFolder } from '../setup/gateway.ts';
import { dropSchema, inSchema } from '../setup/postgres.ts';

const DATABASE = process.env['FUZZ_DATABASE'];

const key = Buffer.alloc(32, 9);
const LEDGER_KEY = key.toString('base64');

/** What the run is called in its titles. */
export const ENGINE = DATABASE === undefined ? 'SQLite' : 'PostgreSQL';

export interface Store {
  /** Of the gateway that keeps its ledger there. */
  readonly env: { readonly DATABASE_URL: string; readonly LEDGER_KEY: string };
  open(clock: { now(): Date }): Promise<Ledger>;
  drop(): Promise<void>;
}

/**
 * A store that is not there yet. `?schema=` of the address is what the name of the schema begins with: the tests of a run
 * have one each.
 */
export async function newStore(test: string): Promise<Store> {
  if (DATABASE === undefined) {
    const folder = newFolder();
    const file = join(folder, 'fuzz.sqlite');
    return {
      env: { DATABASE_URL: `file:${file}`, LEDGER_KEY },
      open: (clock) => openSqliteLedger({ file, key, clock }),
      drop: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
    };
  }
  const address = new URL(DATABASE);
  const schema = `${address.searchParams.get('schema') ?? `fuzz_${randomBytes(6).toString('hex')}`}_${test}`;
  address.searchParams.set('schema', schema);
  const there = await inSchema(address.href, (client) =>
    client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]),
  );
  // It will be dropped: what somebody else keeps there would go with it.
  if (there.rowCount !== 0) throw new Error(`the schema ${schema} is there already: name another`);
  return {
    env: { DATABASE_URL: address.href, LEDGER_KEY },
    open: (clock) => openPostgresLedger({ url: address.href, key, clock }),
    drop: () => dropSchema(address.href),
  };
}
