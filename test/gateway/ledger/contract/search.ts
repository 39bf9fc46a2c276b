import type { Ledger, MessageFilter, NewMessage } from '../../../../gateway/ledger/ledger.ts';
import { UnreadableCursor } from '../../../../gateway/ledger/ledger.ts';
import { BSN, delivery, message, NOW, OTHER_BSN, settle, take } from '../samples.ts';

const at = (minute: number) => new Date(Date.parse(NOW) + minute * 60_000).toISOString();

export function describeSearch(ledger: () => Ledger): void {
  const put = async (...messages: NewMessage[]) => {
    for (const m of messages) await ledger().write((tx) => tx.insertMessage(m));
    return messages.map(({ id }) => id);
  };

  describe('the list of messages', () => {
    const found = async (filter: Omit<MessageFilter, 'limit'>) =>
      (await ledger().messages({ ...filter, limit: 50 })).items.map(({ id }) => id);

    test('is newest first and pages without gaps or doubles, whatever arrives meanwhile', async () => {
      const ids = await put(...Array.from({ length: 11 }, (_, n) => message({ receivedAt: at(n >> 1) })));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await ledger().messages({ limit: 4, ...(cursor === null ? {} : { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
        await put(message({ receivedAt: at(60) }));
      } while (cursor !== null);
      expect(seen).toEqual(ids.reverse());
    });

    test('is narrowed by every filter and by all together', async () => {
      const a = message({ status: 'dead', controlId: 'A', patientKeys: { bsn: BSN, numbers: [] } });
      const b = message({ source: 'seh', type: 'transfer', flow: 'transfer-request', receivedAt: at(3) });
      await put(
        a,
        b,
        message({ status: 'delivered', receivedAt: at(5), patientKeys: { bsn: OTHER_BSN, numbers: [] } }),
      );
      expect(await found({ status: 'dead' })).toEqual([a.id]);
      expect(await found({ controlId: 'A' })).toEqual([a.id]);
      expect(await found({ bsn: BSN })).toEqual([a.id]);
      expect(await found({ source: 'seh' })).toEqual([b.id]);
      expect(await found({ type: 'transfer' })).toEqual([b.id]);
      expect(await found({ flow: 'transfer-request' })).toEqual([b.id]);
      expect(await found({ since: at(3), until: at(4) })).toEqual([b.id]);
      expect(await found({ until: at(3) })).toEqual([b.id, a.id]);
      const all = { status: 'dead', controlId: 'A', source: 'lab', type: 'ORU^R01', flow: 'lab-result' } as const;
      expect(await found({ ...all, bsn: BSN, since: NOW, until: NOW })).toEqual([a.id]);
      expect(await found({ ...all, bsn: OTHER_BSN })).toEqual([]);
      expect(await found(all)).toEqual([a.id]);
      expect(await found({ ...all, source: 'seh' })).toEqual([]);
    });

    test('is oldest first when asked, and pages so', async () => {
      const ids = await put(...Array.from({ length: 5 }, (_, n) => message({ receivedAt: at(n >> 1) })));
      const first = await ledger().messages({ limit: 3, order: 'oldest' });
      expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3));
      const second = await ledger().messages({ limit: 3, order: 'oldest', cursor: first.next ?? '' });
      expect(second.items.map(({ id }) => id)).toEqual(ids.slice(3));
      expect(second.next).toBeNull();
    });

    test('knows by destination, and which of the destinations it was that failed', async () => {
      const both = message();
      const one = message();
      await put(both, one, message());
      const to = (messageId: string, destination: string) => {
        const made = delivery(messageId, { destination });
        return ledger()
          .write((tx) => tx.insertDelivery(made))
          .then(() => made.id);
      };
      await to(both.id, 'gp');
      await to(both.id, 'ecd');
      await to(one.id, 'ecd');
      expect(await found({ destination: 'ecd' })).toEqual([one.id, both.id]);
      const error = { class: 'permanent', code: 'http-422', text: 'no' } as const;
      const outcomes = { gp: { outcome: 'dead', error }, ecd: { outcome: 'delivered' } } as const;
      for (const destination of ['gp', 'ecd'] as const) {
        for (const claimed of await take(ledger(), { destination, limit: 10 })) {
          const settlement = { ...outcomes[destination], at: NOW, responseStatus: 200 };
          await settle(ledger(), claimed.id, settlement);
        }
      }
      expect(await found({ status: 'dead', destination: 'gp' })).toEqual([both.id]);
      expect(await found({ status: 'dead', destination: 'ecd' })).toEqual([]);
      expect(await found({ status: 'delivered', destination: 'ecd' })).toEqual([one.id]);
    });

    test('refuses a cursor it did not give', async () => {
      for (const cursor of ['x', '', 'W10', Buffer.from('["a",1]').toString('base64url')]) {
        await expect(ledger().messages({ limit: 1, cursor })).rejects.toThrow(UnreadableCursor);
      }
    });
  });
}
