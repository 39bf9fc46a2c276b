/** The ledger on PostgreSQL: one connection of this process writes, a few read; other processes do the same. */
import type { Client } from 'pg';
import { LedgerUnavailable } from '../ledger.ts';
import type { Ledger } from '../ledger.ts';
import { createSeal } from '../seal.ts';
import { nothingFresh } from '../sql/fresh.ts';
import { checkKey } from '../sql/key-check.ts';
import { sqlLedger } from '../sql/ledger.ts';
import type { On } from '../sql/reader.ts';
import { createWriter, type Turn } from '../sql/writer.ts';
import { connectWriter, isOfTheConnection, isOfTheStore, postgresAddress, readerPool } from './connect.ts';
import { migrate } from './migrate.ts';
import { PostgresReading } from './reading.ts';
import { beginTurn } from './turn.ts';

export interface PostgresLedgerOptions {
  /** `postgres://…`, with `?schema=` for another than `gateway`. */
  readonly url: string;
  /** 32 bytes: LEDGER_KEY. */
  readonly key: Buffer;
  readonly clock: { now(): Date };
}

/**
 * Throws, with words for the operator, for a server that cannot be reached or cannot promise, a schema this program
 * cannot work with, or another key.
 */
export async function openPostgresLedger({ url, key, clock }: PostgresLedgerOptions): Promise<Ledger> {
  const seal = createSeal(key);
  const address = postgresAddress(url);

  const openWriter = async (): Promise<Client> => {
    const client = await connectWriter(address);
    try {
      await migrate(client, address.schema);
      const turn = await beginTurn(client, seal);
      const { failure } = await turn.unit((store) => checkKey(store));
      await turn.commit();
      if (failure) throw failure.error;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    client.on('end', () => {
      if (writing === client) writing = null;
    });
    return client;
  };
  let writing: Client | null = null;
  writing = await openWriter();
  const pool = readerPool(address);

  const leave = (): void => {
    const client = writing;
    writing = null;
    client?.end().catch(() => undefined);
  };

  const writer = createWriter({
    async begin(): Promise<Turn> {
      if (writing !== null) {
        try {
          return await beginTurn(writing, seal);
        } catch (error) {
          leave();
          // Nothing was asked of it yet: a connection that died while it was idle is not worth a refusal.
          if (!isOfTheConnection(error)) throw error;
        }
      }
      writing = await openWriter();
      return beginTurn(writing, seal);
    },
    abandon: leave,
  });

  const read: On = async (use) => {
    try {
      return await use({ db: new PostgresReading(pool), seal, fresh: nothingFresh() });
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
  return sqlLedger({ read, writer, giveBack: () => Promise.resolve(false), close }, clock);
}
