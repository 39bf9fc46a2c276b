import type { Ledger, Tx } from '../../../../gateway/ledger/ledger.ts';
import { message } from '../samples.ts';

export function describeUnits(ledger: () => Ledger): void {
  describe('units of work', () => {
    test('are there for every reader once they resolve', async () => {
      const m = message();
      const stored = await ledger().write((tx) => tx.insertMessage(m));
      expect(await ledger().message(m.id)).toEqual(stored);
    });

    test('are numbered in the order they were given', async () => {
      const stored = await Promise.all(
        Array.from({ length: 30 }, () => ledger().write((tx) => tx.insertMessage(message()))),
      );
      const seqs = stored.map(({ seq }) => seq);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      expect(new Set(seqs).size).toBe(30);
    });

    test('that throw are undone alone', async () => {
      const [before, failing, after] = [message(), message(), message()];
      const results = await Promise.allSettled([
        ledger().write((tx) => tx.insertMessage(before)),
        ledger().write(async (tx) => {
          await tx.insertMessage(failing);
          await tx.addEvent(failing.id, 'received', failing.receivedAt);
          throw new Error('a bug');
        }),
        ledger().write((tx) => tx.insertMessage(after)),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await ledger().message(before.id)).not.toBeNull();
      expect(await ledger().message(failing.id)).toBeNull();
      expect(await ledger().events(failing.id)).toEqual([]);
      expect(await ledger().message(after.id)).not.toBeNull();
      expect(await ledger().reconciliation()).toMatchObject({ received: 2, balanced: true });
    });

    test('that break a rule of the store are undone alone', async () => {
      const m = message();
      const twice = [ledger().write((tx) => tx.insertMessage(m)), ledger().write((tx) => tx.insertMessage(m))];
      const results = await Promise.allSettled(twice);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(await ledger().message(m.id)).not.toBeNull();
    });

    test('whose rows the store refuses have failed, whatever they make of it, and leave nothing to the next', async () => {
      const [failing, after] = [message(), message()];
      const nameless = { ...failing, raw: { mediaType: null as unknown as string, bytes: Buffer.from('x') } };
      const results = await Promise.allSettled([
        ledger().write(async (tx) => {
          await tx.insertMessage(nameless).catch(() => undefined);
          await tx.message(failing.id).catch(() => undefined);
          await tx.addEvent(failing.id, 'received', failing.receivedAt).catch(() => undefined);
        }),
        ledger().write(async (tx) => {
          await tx.insertMessage(after);
          await tx.addEvent(after.id, 'received', after.receivedAt);
        }),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
      expect(await ledger().message(failing.id)).toBeNull();
      expect(await ledger().events(after.id)).toHaveLength(1);
      expect(await ledger().reconciliation()).toMatchObject({ received: 1, balanced: true });
    });

    test('see what the units before them did, although nobody else does yet', async () => {
      const m = message();
      let outside: unknown = 'not looked';
      await Promise.all([
        ledger().write((tx) => tx.insertMessage(m)),
        ledger().write(async (tx) => {
          expect(await tx.message(m.id)).not.toBeNull();
          outside = await ledger().message(m.id);
        }),
      ]);
      expect(outside).toBeNull();
      expect(await ledger().message(m.id)).not.toBeNull();
    });

    test('cannot be written to after they ended', async () => {
      const kept: Tx[] = [];
      await ledger().write(async (tx) => {
        kept.push(tx);
      });
      await expect(kept[0]?.insertMessage(message())).rejects.toThrow('has ended');
    });

    test('by the thousand are all kept', async () => {
      await Promise.all(Array.from({ length: 1_200 }, () => ledger().write((tx) => tx.insertMessage(message()))));
      expect(await ledger().reconciliation()).toMatchObject({ received: 1_200, pending: 1_200, balanced: true });
    });

    test('given before the ledger closes are still written', async () => {
      const m = message();
      const written = ledger().write((tx) => tx.insertMessage(m));
      await ledger().close();
      await expect(written).resolves.toMatchObject({ id: m.id });
      await expect(ledger().write((tx) => tx.insertMessage(message()))).rejects.toThrow('closed');
    });
  });

  test('a ledger that can write is ready', async () => {
    expect(await ledger().ready()).toBe(true);
  });
}
