import type { Ledger } from '../../../../gateway/ledger/ledger.ts';
import { LATER, NOW } from '../samples.ts';

const LOCAL = 'https://example.org/lab-codes';
const potassium = { system: LOCAL, code: '266', text: 'Kalium' };
const sodium = { system: LOCAL, code: '267', text: null };

export function describeUnmapped(ledger: () => Ledger): void {
  const count = (source: string, codes: (typeof potassium | typeof sodium)[], at = NOW) =>
    ledger().write((tx) => tx.countUnmapped(source, codes, at));
  const all = (source?: string) => ledger().unmapped({ limit: 10, ...(source === undefined ? {} : { source }) });

  describe('codes without a translation', () => {
    test('are counted once per message, with when they were first and last seen', async () => {
      await count('lab', [potassium, sodium, potassium]);
      await count('lab', [potassium], LATER);
      expect((await all()).items).toEqual([
        { source: 'lab', ...sodium, count: 1, firstSeen: NOW, lastSeen: NOW },
        { source: 'lab', ...potassium, count: 2, firstSeen: NOW, lastSeen: LATER },
      ]);
    });

    test('belong to a source: the same code elsewhere is another', async () => {
      await count('lab', [potassium]);
      await count('seh', [potassium]);
      expect((await all('seh')).items).toEqual([
        { source: 'seh', ...potassium, count: 1, firstSeen: NOW, lastSeen: NOW },
      ]);
      expect((await all()).items).toHaveLength(2);
    });

    test('keep system and code apart', async () => {
      await count('lab', [
        { system: 'a|b', code: 'c', text: null },
        { system: 'a', code: 'b|c', text: null },
      ]);
      expect((await all()).items).toHaveLength(2);
    });

    test('are given in pages that counting on does not disturb', async () => {
      const codes = ['1', '2', '3'].map((code) => ({ system: LOCAL, code, text: null }));
      await count('lab', codes);
      const first = await ledger().unmapped({ limit: 2 });
      await count('lab', codes);
      const rest = await ledger().unmapped({ limit: 2, cursor: first.next ?? '' });
      expect([...first.items, ...rest.items].map(({ code }) => code)).toEqual(['3', '2', '1']);
      expect(rest.next).toBeNull();
    });

    test('are not counted for a message that was rolled back', async () => {
      const undone = ledger().write(async (tx) => {
        await tx.countUnmapped('lab', [potassium], NOW);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect((await all()).items).toEqual([]);
    });
  });
}
