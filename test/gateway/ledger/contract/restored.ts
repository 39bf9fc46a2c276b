/** A backup taken under load, and what a restored ledger must still be. */
import type { Ledger } from '../../../../gateway/ledger/ledger.ts';
import { BSN, delivery, message, take } from '../samples.ts';

export interface Loaded {
  /** Ids whose write had resolved when `stop` was called first. */
  readonly ids: string[];
  stop(): Promise<void>;
}

/** Ten senders at once: messages of one patient, each with a delivery in her lane. */
export function load(ledger: Ledger): Loaded {
  const ids: string[] = [];
  let on = true;
  const sender = async (): Promise<void> => {
    while (on) {
      const m = message({ patientKeys: { bsn: BSN, numbers: [] } });
      await ledger.write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(delivery(m.id));
      });
      ids.push(m.id);
    }
  };
  const senders = Array.from({ length: 10 }, sender);
  return {
    ids,
    stop: async () => {
      on = false;
      await Promise.all(senders);
    },
  };
}

/** Whole at one moment after `before` were accepted, and able to go on. */
export async function expectRestored(ledger: Ledger, before: readonly string[]): Promise<void> {
  const { received, pending, balanced } = await ledger.reconciliation();
  expect(balanced).toBe(true);
  expect(received).toBeGreaterThanOrEqual(before.length);
  expect(pending).toBe(received);
  const [backlog] = await ledger.backlog();
  expect(backlog?.waiting).toBe(received);
  for (const id of before.slice(-20)) {
    expect(await ledger.raw(id)).not.toBeNull();
    expect(await ledger.deliveries(id)).toHaveLength(1);
  }
  expect((await ledger.messages({ bsn: BSN, limit: 100 })).items.length).toBeGreaterThan(0);
  const [head] = await take(ledger);
  expect(head).toBeDefined();
  const m = message();
  const { seq } = await ledger.write((tx) => tx.insertMessage(m));
  expect(seq).toBe(received + 1);
}
