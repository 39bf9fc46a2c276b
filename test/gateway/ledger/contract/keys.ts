/** What becomes of a ledger when LEDGER_KEY changes, is lost, or was given before there were envelopes. */
import { randomBytes } from 'node:crypto';
import type { Ledger } from '../../../../gateway/ledger/ledger.ts';
import type { LedgerKeys } from '../../../../gateway/ledger/sql/unlock.ts';
import { BSN, delivery, message, NOW } from '../samples.ts';

/** `open` opens the same ledger each time. */
export function describeKeys(open: (keys: LedgerKeys) => Promise<Ledger>): void {
  const [first, second, other] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const keys = { bsn: BSN, numbers: [{ assigner: 'epd', value: '4109590' }] };
  const m = message({ patientKeys: keys, things: ['report|1'] });
  const later = message({ things: ['report|1'] });
  let patient = '';
  let hash = '';

  beforeAll(async () => {
    const ledger = await open({ key: first });
    await ledger.write(async (tx) => {
      patient = await tx.linkPatient(null, keys);
      await tx.insertMessage(m);
      await tx.insertDelivery(delivery(m.id, { discloses: ['Patient/1'] }));
      await tx.insertMessage(later);
      await tx.countUnmapped('lab', [{ system: 'L', code: 'KAL', text: 'Kalium' }], NOW);
    });
    hash = ledger.hash('notice|x');
    await ledger.close();
  });

  /** Everything that is sealed, and everything that is found by a keyed hash. */
  const expectWhole = async (ledger: Ledger): Promise<void> => {
    expect(Buffer.from((await ledger.raw(m.id))?.bytes ?? []).toString()).toBe('MSH|^~\\&|GLIMS');
    expect((await ledger.messages({ bsn: BSN, limit: 5 })).items.map(({ id }) => id)).toEqual([m.id]);
    expect(await ledger.newerOnSameThing(m.id)).toMatchObject({ id: later.id });
    expect((await ledger.unmapped({ limit: 5 })).items).toMatchObject([{ code: 'KAL', count: 1 }]);
    expect(await ledger.disclosed(['ecd'], 'Patient/1')).not.toBeNull();
    expect(await ledger.write((tx) => tx.findPatient(keys))).toEqual({ kind: 'one', patient });
    expect(ledger.hash('notice|x')).toBe(hash);
    await ledger.write((tx) => tx.countUnmapped('lab', [{ system: 'L', code: 'KAL', text: 'Kalium' }], NOW));
    expect((await ledger.unmapped({ limit: 5 })).items).toMatchObject([{ code: 'KAL', count: 2 }]);
    await ledger.write((tx) => tx.insertMessage(message()));
  };

  test('a ledger without its LEDGER_KEY does not open, and is left as it was', async () => {
    await expect(open({ key: other })).rejects.toThrow('LEDGER_KEY is not the key of this ledger');
    await expect(open({ key: other, previous: randomBytes(32) })).rejects.toThrow(
      'LEDGER_KEY is not the key of this ledger',
    );
    const ledger = await open({ key: first });
    expect(await ledger.raw(m.id)).not.toBeNull();
    await ledger.close();
  });

  test('a new LEDGER_KEY beside the previous one opens it; nothing in it changes, and what runs goes on', async () => {
    const running = await open({ key: first });
    const ledger = await open({ key: second, previous: first });
    await expectWhole(ledger);
    await running.write((tx) => tx.insertMessage(message()));
    expect(await running.raw(m.id)).not.toBeNull();
    await running.close();
    await ledger.close();
  });

  test('from then on the new one opens it alone, and the previous one no more', async () => {
    const ledger = await open({ key: second });
    expect(await ledger.raw(m.id)).not.toBeNull();
    expect(ledger.hash('notice|x')).toBe(hash);
    await ledger.close();
    await expect(open({ key: first })).rejects.toThrow(
      'LEDGER_KEY is not the key of this ledger: give its present key',
    );
    await (await open({ key: second, previous: first })).close();
  });
}
