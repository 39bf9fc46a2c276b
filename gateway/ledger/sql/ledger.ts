/** The contract over an engine: it gives the readers and the writer, everything else is the same for all. */
import type { Ledger, Reader } from '../ledger.ts';
import { takeDuty } from './duty.ts';
import { claim, due, nextDue, recover } from './lane.ts';
import { SqlReader, type On } from './reader.ts';
import { settle } from './settle.ts';
import { runUnit } from './unit.ts';
import type { Writer } from './writer.ts';

export interface Engine {
  /** Reads what is committed; rejects with `LedgerUnavailable` when the store failed. */
  readonly read: On;
  readonly writer: Writer;
  /** Gives a little free space back to the file system; true when there is more. Where the engine does so itself: false. */
  readonly giveBack: () => Promise<boolean>;
  readonly hash: Ledger['hash'];
  /** After the writer has ended. */
  readonly close: () => Promise<void>;
}

const READY = `INSERT INTO setting (name, value) VALUES ('ready', ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

export function sqlLedger({ read, writer, hash, giveBack, close }: Engine, clock: { now(): Date }): Ledger {
  const writing: Omit<Ledger, keyof Reader> = {
    write: (unit) => writer.write((store) => runUnit(store, unit)),
    claim: async (destination, now, limit) => {
      // Most wake-ups find nothing: they cost a look, not a transaction.
      if ((await read((store) => due(store, destination, now, 1))).length === 0) return [];
      return writer.write((store) => claim(store, destination, now, limit));
    },
    settle: (deliveryId, settlement) => writer.write((store) => settle(store, deliveryId, settlement)),
    nextDue: (destination) => read((store) => nextDue(store, destination)),
    recover: () => writer.write((store) => recover(store)),
    takeDuty: (name, holder, now, until) => writer.write((store) => takeDuty(store, name, holder, now, until)),
    giveBack,
    hash,
    ready: async () => {
      try {
        await writer.write(({ db }) => db.run(READY, Buffer.from(clock.now().toISOString())));
        return true;
      } catch {
        return false;
      }
    },
    close: async () => {
      await writer.end();
      await close();
    },
  };
  return Object.assign(new SqlReader(read), writing);
}
