import { createSeal } from '../../../../gateway/ledger/seal.ts';
import { randomBytes } from 'node:crypto';
import type { Ledger } from '../../../../gateway/ledger/ledger.ts';
import { delivery, LATER, message, NOW, take } from '../samples.ts';

export function describeContents(ledger: () => Ledger): void {
  describe('contents', () => {
    test.each([
      ['empty', Buffer.alloc(0)],
      ['short', Buffer.from('MSH|^~\\&|')],
      ['that shrink', Buffer.from('OBX|1|NM|2823-3^Kalium^LN||4.1|mmol/L\r'.repeat(4_000))],
      ['that do not shrink', randomBytes(3_000_000)],
      ['of every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ])('%s come back byte for byte', async (_name, bytes) => {
      const m = message({
        raw: { mediaType: 'text/plain; charset=iso-8859-1', bytes },
        mapped: { mediaType: 'a/b', bytes },
      });
      const d = delivery(m.id, { body: { mediaType: 'c/d', bytes } });
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(d);
      });
      const raw = await ledger().raw(m.id);
      expect(raw?.mediaType).toBe('text/plain; charset=iso-8859-1');
      expect(Buffer.from(raw?.bytes ?? []).equals(bytes)).toBe(true);
      expect(Buffer.from((await ledger().mapped(m.id))?.bytes ?? []).equals(bytes)).toBe(true);
      const [claimed] = await take(ledger(), { limit: 1 });
      expect(claimed?.body.mediaType).toBe('c/d');
      expect(Buffer.from(claimed?.body.bytes ?? []).equals(bytes)).toBe(true);
    });

    test('that were not given are not there', async () => {
      const m = message({ raw: null, mapped: null });
      await ledger().write((tx) => tx.insertMessage(m));
      expect(await ledger().raw(m.id)).toBeNull();
      expect(await ledger().mapped(m.id)).toBeNull();
    });

    test('mapped anew take the place of the old', async () => {
      const m = message();
      const mapped = { mediaType: 'application/fhir+json', bytes: Buffer.from('{"new":true}') };
      await ledger().write((tx) => tx.insertMessage(m));
      await ledger().write((tx) => tx.updateMessage(m.id, { mapped }));
      expect(Buffer.from((await ledger().mapped(m.id))?.bytes ?? []).toString()).toBe('{"new":true}');
    });

    test('what was sealed before, by whoever has the ledger’s own key, is opened like what the ledger sealed itself', async () => {
      const { mediaType, bytes } = { mediaType: 'application/fhir+json', bytes: Buffer.from('{"sealed":"before"}') };
      const m = message();
      const sealed = createSeal(Buffer.from(ledger().ownKey)).seal('mapped', m.id, bytes);
      await ledger().write((tx) => tx.insertMessage({ ...m, mapped: { mediaType, sealed } }));
      expect(await ledger().mapped(m.id)).toEqual({ mediaType, bytes });
    });

    test('a delivery may send the mapped output, as it was when it was put in line', async () => {
      const m = message();
      const [first, second] = [delivery(m.id, { body: 'mapped' }), delivery(m.id, { body: 'mapped' })];
      const mapped = { mediaType: 'application/fhir+json', bytes: Buffer.from('{"new":true}') };
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(first);
      });
      await ledger().write(async (tx) => {
        await tx.updateMessage(m.id, { mapped });
        await tx.insertDelivery(second);
      });
      expect((await ledger().delivery(first.id))?.body).toEqual({
        ...m.mapped,
        bytes: Buffer.from(m.mapped?.bytes ?? []),
      });
      expect((await ledger().delivery(second.id))?.body).toEqual(mapped);
      const empty = message({ mapped: null });
      const nothing = ledger().write(async (tx) => {
        await tx.insertMessage(empty);
        await tx.insertDelivery(delivery(empty.id, { body: 'mapped' }));
      });
      await expect(nothing).rejects.toThrow('nothing to send');
    });

    test('are destroyed with every delivery body, and only the facts stay', async () => {
      const m = message();
      const d = delivery(m.id);
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(d);
        await tx.cancelOpenDeliveries(m.id, NOW);
        await tx.destroyContent(m.id);
      });
      expect(await ledger().raw(m.id)).toBeNull();
      expect(await ledger().mapped(m.id)).toBeNull();
      expect((await ledger().delivery(d.id))?.body.bytes).toHaveLength(0);
      expect(await ledger().message(m.id)).toMatchObject({ controlId: m.controlId });
    });

    test('of what still has to be sent are never destroyed', async () => {
      const m = message();
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(delivery(m.id));
      });
      await expect(ledger().write((tx) => tx.destroyContent(m.id))).rejects.toThrow('open deliveries');
      expect(await ledger().raw(m.id)).not.toBeNull();
    });
  });

  test('what is held too long is listed, oldest first', async () => {
    const [first, second, later] = [message(), message(), message()];
    await ledger().write(async (tx) => {
      await tx.insertMessage({ ...second, status: 'held', holdUntil: NOW });
      await tx.insertMessage({ ...first, status: 'held', holdUntil: '2026-11-20T10:00:00.000Z' });
      await tx.insertMessage({ ...later, status: 'held', holdUntil: LATER });
      await tx.insertMessage({ ...message(), status: 'expired', holdUntil: NOW });
    });
    const ids = await ledger().write(async (tx) => (await tx.holdExpiredBefore(NOW, 10)).map(({ id }) => id));
    expect(ids).toEqual([first.id, second.id]);
    expect(await ledger().write(async (tx) => (await tx.holdExpiredBefore(LATER, 1)).map(({ id }) => id))).toEqual([
      first.id,
    ]);
  });
}
