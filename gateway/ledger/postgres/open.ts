/** The ledger on PostgreSQL: one connection of this process writes, a few read; other processes do the same. */
import type { Client } from 'pg';
import { LedgerUnavailable } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import type { Seal } from '../seal.ts';
import { nothingFresh } from '../sql/fresh.ts';
import { nobodyKnown } from '../sql/known-patients.ts';
import { sqlLedger } from '../sql/ledger.ts';
import type { On } from '../sql/reader.ts';
import { recognise, unlock, type LedgerKeys } from '../sql/unlock.ts';
import { createWriter, type Turn } from '../sql/writer.ts';
import {
  connectPatiently,
  connectWriter,
  isOfTheConnection,
  isOfTheStore,
  postgresAddress,
  readerPool,
  type Address,
} from './connect.ts';
import { migrate } from './migrate.ts';
import { PostgresReading } from './reading.ts';
import { beginTurn } from './turn.ts';

export interface PostgresLedgerOptions extends LedgerKeys {
  /** `postgres://…`, with `?schema=` for another than `gateway`. */
  readonly url: string;
  readonly clock: { now(): Date };
}

async function migrateAt(address: Address): Promise<void> {
  const client = await connectPatiently(address);
  try {
    await migrate(client, address.schema);
  } finally {
    await client.end();
  }
}

/**
 * Throws, with words for the operator, for a server that cannot be reached or cannot promise, a schema this program
 * cannot work with, or another key.
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
  const address = postgresAddress(options.url);

  const openWriter = async (known: Seal | null): Promise<{ readonly client: Client; readonly seal: Seal }> => {
    await migrateAt(address);
    const client = await connectWriter(address);
    try {
      if (known) await recognise(await beginTurn(client), known);
      const seal = known ?? (await unlock(await beginTurn(client), options));
      client.on('end', () => {
        if (writing === client) writing = null;
      });
      return { client, seal };
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  };
  let writing: Client | null = null;
  const { client: first, seal } = await openWriter(null);
  writing = first;
  const pool = readerPool(address);

  const leave = (): void => {
    const client = writing;
    writing = null;
    client?.end().catch(() => undefined);
  };

  const writer = createWriter(
    {
      async begin(): Promise<Turn> {
        if (writing !== null) {
          try {
            return await beginTurn(writing);
          } catch (error) {
            leave();
            // Nothing was asked of it yet: a connection that died while it was idle is not worth a refusal.
            if (!isOfTheConnection(error)) throw error;
          }
        }
        writing = (await openWriter(seal)).client;
        return beginTurn(writing);
      },
      abandon: leave,
    },
    seal,
  );

  const read: On = async (use) => {
    try {
      return await use({ db: new PostgresReading(pool), seal, fresh: nothingFresh(), patients: nobodyKnown() });
    } catch (error) {
      if (!isOfTheStore(error)) throw error;
      throw new LedgerUnavailable('the ledger cannot be read', { cause: error });
    }
  };

  const close = async (): Promise<void> => {
    await writing?.end();
    writing = null;
    if (!pool.ending) await pool.end();
  };
  // Autovacuum makes room for what comes next in place of what was destroyed.
  return sqlLedger({ read, writer, seal, giveBack: () => Promise.resolve(false), close }, options.clock);
}
