/** The contract over an engine: it gives the readers and the writer, everything else is the same for all. */
import type { Due, Ledger, Reader } from '../ledger.ts';
import { claim, look } from './claim.ts';
import { pause, resume } from './destination.ts';
import { takeDuty } from './duty.ts';
import { recover, renew } from './lease.ts';
import { SqlReader, type On } from './reader.ts';
import { settle } from './settle.ts';
import { runUnit } from './unit.ts';
import type { Seal } from '../seal.ts';
import type { Writer } from './writer.ts';

export interface Engine {
  /** Reads what is committed; rejects with `LedgerUnavailable` when the store failed. */
  readonly read: On;
  readonly writer: Writer;
  /** Gives a little free space back to the file system; true when there is more. Where the engine does so itself: false. */
  readonly giveBack: () => Promise<boolean>;
  readonly seal: Pick<Seal, 'hash' | 'key'>;
  /** After the writer has ended. */
  readonly close: () => Promise<void>;
}

const READY = `INSERT INTO setting (name, value) VALUES ('ready', ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

export function sqlLedger({ read, writer, seal, giveBack, close }: Engine, clock: { now(): Date }): Ledger {
  let tellDue: (due: readonly Due[]) => void = () => undefined;
  const writing: Omit<Ledger, keyof Reader> = {
    write: async (unit) => {
      const due: Due[] = [];
      const value = await writer.write((store) => {
        due.length = 0;
        return runUnit(store, unit, due);
      });
      if (due.length > 0) tellDue(due);
      return value;
    },
    onDue: (tell) => {
      tellDue = tell;
    },
    claim: async (request) => {
      const { worth, next } = await read((store) => look(store, request));
      return worth ? writer.write((store) => claim(store, request)) : { deliveries: [], next };
    },
    renew: (held, leaseUntil) => writer.write((store) => renew(store, held, leaseUntil)),
    settle: (held, settlement, breaker) => writer.write((store) => settle(store, held, settlement, breaker)),
    recover: (recovery) => writer.write((store) => recover(store, recovery)),
    pause: (destination, at) => writer.write((store) => pause(store, destination, at)),
    resume: async (destination) => {
      const next = await writer.write((store) => resume(store, destination));
      if (next !== null) tellDue([{ destination, delivery: next }]);
    },
    takeDuty: (name, holder, now, until) => writer.write((store) => takeDuty(store, name, holder, now, until)),
    giveBack,
    onCommit: (tell) => writer.onCommit(tell),
    hash: seal.hash,
    ownKey: seal.key,
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
