/** The ledger's key: given, or made once beside the database. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { LedgerKeys } from './sql/unlock.ts';

const BYTES = 32;
const MAKE = 'node -e "console.log(crypto.randomBytes(32).toString(\'base64\'))"';

function decode(text: string, name: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  // Node skips what is not base64; written back it must be what was given.
  if (key.length !== BYTES || key.toString('base64') !== text.trim()) {
    throw new Error(`${name} must be ${BYTES} bytes in base64 (44 characters); make one with: ${MAKE}`);
  }
  return key;
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

async function readKey(file: string): Promise<Buffer | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  return decode(text, file);
}

async function sync(path: string, flags: string, write?: string): Promise<void> {
  const handle = await open(path, flags, 0o600);
  try {
    if (write !== undefined) await handle.writeFile(write);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Appears whole or not at all, never over another, and on disk before anything is sealed with it. */
async function makeKey(file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await sync(draft, 'wx', `${randomBytes(BYTES).toString('base64')}\n`);
    await link(draft, file);
  } catch (error) {
    // Another start was first: its key is the key.
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await sync(dirname(file), 'r');
}

async function holdsData(databaseFile: string): Promise<boolean> {
  try {
    return (await stat(databaseFile)).size > 0;
  } catch {
    return false;
  }
}

/**
 * 32 bytes each. `given` and `previous` are LEDGER_KEY and LEDGER_KEY_PREVIOUS in base64; without LEDGER_KEY the key is
 * read from `<databaseFile>.key` (mode 0600), made at the first start. Without a file beside it (null, PostgreSQL) there
 * is nowhere to make one. Throws with words for the operator when a key is no key, or when a database has lost its own.
 */
export async function ledgerKeys(from: {
  readonly given: string | undefined;
  readonly previous?: string | undefined;
  readonly databaseFile: string | null;
}): Promise<LedgerKeys> {
  const { given, previous, databaseFile } = from;
  const key = isSet(given) ? decode(given, 'LEDGER_KEY') : await keyBeside(databaseFile);
  return isSet(previous) ? { key, previous: decode(previous, 'LEDGER_KEY_PREVIOUS') } : { key };
}

const isSet = (text: string | undefined): text is string => text !== undefined && text !== '';

async function keyBeside(databaseFile: string | null): Promise<Buffer> {
  if (databaseFile === null) throw new Error(`LEDGER_KEY is needed with PostgreSQL; make one with: ${MAKE}`);
  const file = `${databaseFile}.key`;
  const kept = await readKey(file);
  if (kept) return kept;
  if (await holdsData(databaseFile)) {
    throw new Error(`${basename(file)} is missing beside its database: put it back, or give LEDGER_KEY`);
  }
  await mkdir(dirname(file), { recursive: true });
  await makeKey(file);
  const made = await readKey(file);
  if (!made) throw new Error(`${file} cannot be read back`);
  return made;
}
