import { randomBytes } from 'node:crypto';
import type { Ledger, NewMessage } from '../../../../gateway/ledger/ledger.ts';
import { BSN, message, NOW } from '../samples.ts';

/** Kept beside the message, not part of what it shows. */
const APART = new Set(['raw', 'mapped', 'patientKeys', 'things']);

const at = (minute: number) => new Date(Date.parse(NOW) + minute * 60_000).toISOString();

export function describeMessages(ledger: () => Ledger): void {
  const put = async (...messages: NewMessage[]) => {
    for (const m of messages) await ledger().write((tx) => tx.insertMessage(m));
    return messages.map(({ id }) => id);
  };
  const holder = (source: string, key: string, since = NOW) =>
    ledger().write(async (tx) => (await tx.holderOfKey(source, key, since))?.id);

  describe('a message', () => {
    test('is found again as it was given', async () => {
      const m = message({
        refusal: {
          httpStatus: 422,
          code: 'business-rule',
          ackCode: 'AE',
          location: 'PID-3',
          text: 'fails the elfproef',
        },
        warnings: [{ code: 'no-contact-person', location: '$.contacts', text: 'no contact' }],
        orderedAt: at(-5),
        holdUntil: at(5),
        task: 'Task/1',
        status: 'refused',
        key: null,
      });
      const facts = Object.fromEntries(Object.entries(m).filter(([name]) => !APART.has(name)));
      const stored = await ledger().write((tx) => tx.insertMessage(m));
      expect(stored).toEqual({ ...facts, seq: stored.seq });
      expect(await ledger().message(m.id)).toEqual(stored);
      expect(await ledger().message('nobody')).toBeNull();
    });

    test.each(['A\u0000B', 'A\u0001B', '\u0001\u0000', '\u00010'])(
      'keeps control id %j as it was sent',
      async (controlId) => {
        const m = message({ controlId, key: controlId, status: 'delivered' });
        await put(m);
        expect(await ledger().message(m.id)).toMatchObject({ controlId });
        expect((await ledger().messages({ controlId, limit: 5 })).items.map(({ id }) => id)).toEqual([m.id]);
        expect(await holder(m.source, controlId)).toBe(m.id);
        expect(await ledger().message(controlId)).toBeNull();
      },
    );

    test('longer than an index takes, its control id, key and type are still what it is found by', async () => {
      // What repeats itself an index makes shorter: this does not.
      const long = randomBytes(6_000).toString('base64');
      const [one, other] = [long, `${long}!`].map((controlId) =>
        message({ controlId, key: controlId, type: `ORU^${controlId}`, status: 'delivered' }),
      ) as [NewMessage, NewMessage];
      await put(one, other);
      for (const { id, source, controlId, type } of [one, other]) {
        expect((await ledger().message(id))?.controlId).toContain(long.slice(0, 200));
        expect((await ledger().messages({ controlId: controlId ?? '', limit: 5 })).items.map((m) => m.id)).toEqual([
          id,
        ]);
        expect((await ledger().messages({ type: type ?? '', limit: 5 })).items.map((m) => m.id)).toEqual([id]);
        expect(await holder(source, controlId ?? '')).toBe(id);
      }
    });

    test('changes only where told', async () => {
      const m = message({ status: 'held', holdUntil: at(5) });
      await put(m);
      const patient = await ledger().write(async (tx) => {
        const linked = await tx.linkPatient(null, { bsn: BSN, numbers: [] });
        await tx.updateMessage(m.id, { status: 'pending', holdUntil: null, patient: linked });
        return linked;
      });
      expect(await ledger().message(m.id)).toMatchObject({
        status: 'pending',
        holdUntil: null,
        patient,
        mapping: m.mapping,
        controlId: m.controlId,
      });
      await ledger().write((tx) =>
        tx.updateMessage(m.id, { mapping: { id: 'lab-oru', version: '2.0.0' }, task: 'Task/2' }),
      );
      expect(await ledger().message(m.id)).toMatchObject({ mapping: { version: '2.0.0' }, task: 'Task/2', patient });
      await expect(ledger().write((tx) => tx.updateMessage('nobody', { status: 'dead' }))).rejects.toThrow(
        'no message',
      );
    });

    test('keeps its events in the order they were added', async () => {
      const [id = ''] = await put(message());
      await ledger().write(async (tx) => {
        await tx.addEvent(id, 'received', at(1));
        await tx.addEvent(id, 'mapped', at(0), 'lab-oru 1.0.0');
      });
      expect(await ledger().events(id)).toEqual([
        { at: at(1), event: 'received', detail: null },
        { at: at(0), event: 'mapped', detail: 'lab-oru 1.0.0' },
      ]);
    });
  });

  describe('a key', () => {
    test('is held by the accepted message of its source', async () => {
      const [id] = await put(message({ key: 'K' }));
      expect(await holder('lab', 'K')).toBe(id);
      expect(await holder('seh', 'K')).toBeUndefined();
      expect(await holder('lab', 'L')).toBeUndefined();
    });

    test('is never held by a refused message', async () => {
      await put(message({ key: 'K', status: 'refused' }), message({ key: null, status: 'refused' }));
      expect(await holder('lab', 'K')).toBeUndefined();
    });

    test('is forgotten when it was received before the source remembers, and then held by the newest', async () => {
      const [, second] = await put(message({ key: 'K', receivedAt: at(-10) }), message({ key: 'K' }));
      expect(await holder('lab', 'K', at(-20))).toBe(second);
      expect(await holder('lab', 'K', at(1))).toBeUndefined();
    });
  });

  test('news of the same thing is the newest accepted message after it', async () => {
    const first = message({ things: ['report|1', 'report|2'] });
    const second = message({ things: ['report|2'] });
    const refused = message({ things: ['report|2'], status: 'refused', key: null });
    await put(first, message({ things: ['report|3'] }), second, refused);
    expect((await ledger().newerOnSameThing(first.id))?.id).toBe(second.id);
    expect(await ledger().newerOnSameThing(second.id)).toBeNull();
  });

  test('the books balance: received is the sum of all states, also after changes', async () => {
    const [a = ''] = await put(message({ status: 'held' }), message({ status: 'refused' }), message(), message());
    await ledger().write((tx) => tx.updateMessage(a, { status: 'expired' }));
    expect(await ledger().reconciliation()).toEqual({
      received: 4,
      refused: 1,
      held: 0,
      expired: 1,
      parked: 0,
      unrouted: 0,
      pending: 2,
      dead: 0,
      delivered: 0,
      balanced: true,
    });
  });
}
