/** A copy of a ledger that goes on meanwhile: everything committed before it began, nothing after. */
import { chmod, open, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from './connection.ts';

/**
 * Makes `to` from the database `file`, whole and on disk, or not at all. It is sealed as the ledger is: it opens with the
 * LEDGER_KEY of this moment alone. Throws, with words for the operator, when there is nothing to copy or no place to.
 */
export async function backUpSqlite(file: string, to: string): Promise<void> {
  if (!existsSync(file)) throw new Error(`${file} is not there`);
  if (existsSync(to)) throw new Error(`${to} is there already; a backup is never written over another`);
  const draft = `${to}.draft`;
  await rm(draft, { force: true });
  const connection = Connection.open(file, { write: false, synchronous: 'FULL' });
  try {
    connection.exec('PRAGMA query_only = OFF');
    connection.run('VACUUM INTO ?', draft);
  } finally {
    connection.close();
  }
  await chmod(draft, 0o600);
  await synced(draft);
  await rename(draft, to);
  await synced(dirname(to));
}

async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
