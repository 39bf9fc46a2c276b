/** The one door of a gateway without listeners or delivery: a real ledger, and everything before it. */
import { randomUUID } from 'node:crypto';
import { createReceive } from '../../gateway/intake/accept.ts';
import type { Desk } from '../../gateway/intake/desk.ts';
import { lookHere } from '../../gateway/intake/look-here.ts';
import type { Receive } from '../../gateway/intake/receive.ts';
import { createSeal } from '../../gateway/ledger/seal.ts';
import type { Ledger } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };
import { regionOf } from '../setup/gateway.ts';
import { newStore } from './store.ts';

export const region = regionOf(sandbox);
export const clock = { now: () => new Date('2026-11-20T12:00:00Z') };

export interface Door {
  readonly receive: Receive;
  readonly ledger: Ledger;
  /** Faults that were logged: there must be none. */
  readonly failures: readonly unknown[];
  close(): Promise<void>;
}

export async function openDoor(): Promise<Door> {
  const store = await newStore('doors');
  const ledger = await store.open(clock);
  const failures: unknown[] = [];
  const log: Log = { event: () => undefined, failure: (_name, error) => failures.push(error) };
  const desk: Desk = {
    region,
    secret: () => undefined,
    now: () => clock.now().toISOString(),
    newId: randomUUID,
    keyed: (text) => `keyed-${text}`,
  };
  return {
    receive: createReceive({
      desk,
      ledger,
      log,
      look: lookHere({ ...desk, seal: createSeal(Buffer.from(ledger.ownKey)) }),
    }),
    ledger,
    failures,
    close: async () => {
      await ledger.close();
      await store.drop();
    },
  };
}
