import type { Ledger } from '../../../../gateway/ledger/ledger.ts';
import { delivery, LATER, message, NOW, settle, take } from '../samples.ts';
import { dead, delivered, retry } from './lanes.ts';

export function describeSettling(ledger: () => Ledger): void {
  const sendOne = async () => {
    const m = message();
    const d = delivery(m.id);
    await ledger().write(async (tx) => {
      await tx.insertMessage(m);
      await tx.insertDelivery(d);
      await tx.refreshStatus(m.id);
    });
    await take(ledger(), { limit: 1 });
    return { m, d };
  };

  describe('settling an attempt', () => {
    test('that was delivered says when and how', async () => {
      const { m, d } = await sendOne();
      expect(await settle(ledger(), d.id, delivered)).toBe(true);
      expect(await ledger().deliveries(m.id)).toEqual([
        {
          id: d.id,
          seq: 1,
          messageId: m.id,
          kind: 'lab-result',
          destination: 'ecd',
          lane: d.lane,
          status: 'delivered',
          attempts: 1,
          createdAt: NOW,
          nextAttemptAt: null,
          lastError: null,
          deliveredAt: NOW,
          responseStatus: 201,
        },
      ]);
      expect(await ledger().message(m.id)).toMatchObject({ status: 'delivered' });
      expect(await ledger().events(m.id)).toEqual([
        { at: NOW, event: 'attempted', detail: 'lab-result to ecd: 201' },
        { at: NOW, event: 'delivered', detail: 'lab-result to ecd: 201' },
      ]);
    });

    test('that failed for now keeps why and when next', async () => {
      const { m, d } = await sendOne();
      expect(await settle(ledger(), d.id, retry)).toBe(true);
      expect(await ledger().delivery(d.id)).toMatchObject({
        status: 'retrying',
        attempts: 1,
        nextAttemptAt: LATER,
        lastError: retry.error,
        responseStatus: 503,
      });
      expect(await ledger().message(m.id)).toMatchObject({ status: 'pending' });
      expect(await ledger().events(m.id)).toEqual([
        { at: NOW, event: 'attempted', detail: 'lab-result to ecd: http-503' },
      ]);
    });

    test('that failed for good is dead, and its words are no event', async () => {
      const { m, d } = await sendOne();
      await settle(ledger(), d.id, { ...dead, error: { ...dead.error, text: 'words of the receiver' } });
      expect(await ledger().message(m.id)).toMatchObject({ status: 'dead' });
      expect((await ledger().events(m.id)).map(({ event }) => event)).toEqual(['attempted', 'dead']);
      expect(JSON.stringify(await ledger().events(m.id))).not.toContain('words of the receiver');
      expect((await ledger().delivery(d.id))?.lastError?.text).toBe('words of the receiver');
    });

    test('counts once: a second word on the same attempt is not heard', async () => {
      const { m, d } = await sendOne();
      await settle(ledger(), d.id, delivered);
      expect(await settle(ledger(), d.id, dead)).toBe(false);
      expect(await settle(ledger(), 'nobody', dead)).toBe(false);
      expect(await ledger().message(m.id)).toMatchObject({ status: 'delivered' });
      expect(await ledger().delivery(d.id)).toMatchObject({ status: 'delivered', attempts: 1 });
    });
  });

  test('the backlog tells per destination what waits, since when, and when it last went well', async () => {
    const { d } = await sendOne();
    const m = message();
    await ledger().write(async (tx) => {
      await tx.insertMessage(m);
      await tx.insertDelivery(delivery(m.id, { lane: d.lane, createdAt: LATER }));
      await tx.insertDelivery(delivery(m.id, { destination: 'epd', createdAt: LATER }));
    });
    expect(await ledger().backlog()).toEqual([
      { destination: 'ecd', waiting: 1, sending: 1, retrying: 0, dead: 0, oldestWaitingAt: NOW, lastDeliveredAt: null },
      {
        destination: 'epd',
        waiting: 1,
        sending: 0,
        retrying: 0,
        dead: 0,
        oldestWaitingAt: LATER,
        lastDeliveredAt: null,
      },
    ]);
    await settle(ledger(), d.id, delivered);
    expect((await ledger().backlog())[0]).toEqual({
      destination: 'ecd',
      waiting: 1,
      sending: 0,
      retrying: 0,
      dead: 0,
      oldestWaitingAt: LATER,
      lastDeliveredAt: NOW,
    });
  });
}
