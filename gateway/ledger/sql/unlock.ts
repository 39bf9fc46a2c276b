/** A ledger opens with the LEDGER_KEY that wraps its own key: with another, every content would be lost and every patient a stranger. */
import { randomBytes } from 'node:crypto';
import { unwrap, wrap } from '../envelope.ts';
import { createSeal, type Seal } from '../seal.ts';
import { bytesOf, type Db } from './db.ts';
import type { Turn } from './writer.ts';

export interface LedgerKeys {
  /** 32 bytes: LEDGER_KEY. */
  readonly key: Buffer;
  /** LEDGER_KEY_PREVIOUS, while the key changes: what it wraps is wrapped with the new one. */
  readonly previous?: Buffer | undefined;
}

/** Hashed with the ledger's own key, so that a program from before envelopes does not take it for a stranger's. */
const CHECKED = 'the key that sealed this ledger';

const KEEP = `INSERT INTO setting (name, value) VALUES (?, ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

async function setting(db: Db, name: string): Promise<Buffer | null> {
  const row = await db.get<{ value: Uint8Array }>('SELECT value FROM setting WHERE name = ?', name);
  return row ? bytesOf(row.value) : null;
}

const checkOf = (key: Buffer): Buffer => Buffer.from(createSeal(key).hash(CHECKED));

/** The ledger's own key; throws, with words for the operator, when neither given key opens it. */
async function ownKey(db: Db, { key, previous }: LedgerKeys): Promise<Buffer> {
  const given = previous === undefined ? [key] : [key, previous];
  const wrapped = await setting(db, 'data-key');
  const check = await setting(db, 'key-check');
  if (wrapped === null && check === null) return randomBytes(32);
  for (const candidate of given) {
    // Before envelopes, LEDGER_KEY itself was the ledger's own key.
    const own = wrapped === null ? candidate : unwrap(candidate, wrapped);
    if (own !== null && (check?.equals(checkOf(own)) ?? false)) return own;
  }
  throw new Error(
    'LEDGER_KEY is not the key of this ledger: give its present key, or, while changing it, the old one as LEDGER_KEY_PREVIOUS',
  );
}

async function unlockWithin(db: Db, keys: LedgerKeys): Promise<Seal> {
  const own = await ownKey(db, keys);
  const wrapped = await setting(db, 'data-key');
  if (wrapped === null || unwrap(keys.key, wrapped) === null) {
    await db.change(KEEP, 'data-key', wrap(keys.key, own));
    await db.change(KEEP, 'key-check', checkOf(own));
  }
  return createSeal(own);
}

/** In a transaction of its own; the turn is over after it, whatever happened. */
async function inOneUnit<T>(turn: Turn, use: (db: Db) => Promise<T>): Promise<T> {
  const found: T[] = [];
  const { failure } = await turn.unit(async (db) => {
    found.push(await use(db));
  });
  await turn.commit();
  if (failure) throw failure.error;
  return found[0] as T;
}

export const unlock = (turn: Turn, keys: LedgerKeys): Promise<Seal> => inOneUnit(turn, (db) => unlockWithin(db, keys));

/**
 * On a connection made anew: what is open stays open, also when LEDGER_KEY was changed meanwhile by another process.
 * Throws when the database is not the one that was opened.
 */
export const recognise = (turn: Turn, seal: Seal): Promise<void> =>
  inOneUnit(turn, async (db) => {
    if ((await setting(db, 'key-check'))?.equals(Buffer.from(seal.hash(CHECKED))) !== true)
      throw new Error('the database is not the one opened');
  });
