import type { Ledger, NewDelivery } from '../../../../gateway/ledger/ledger.ts';
import { claiming, delivery, LATER, message, NOW, recovering, settle, take } from '../samples.ts';

const error = { class: 'transient', code: 'http-503', text: 'busy' } as const;
export const delivered = { outcome: 'delivered', at: NOW, responseStatus: 201 } as const;
export const retry = { outcome: 'retry', at: NOW, nextAttemptAt: LATER, error, responseStatus: 503 } as const;
export const dead = { outcome: 'dead', at: NOW, error: { ...error, class: 'permanent' }, responseStatus: 422 } as const;
export const parked = { ...dead, outcome: 'parked' } as const;

export function describeLanes(ledger: () => Ledger): void {
  /** One message with a delivery in each named lane; ids in the same order. */
  const queue = async (...lanes: string[]) => {
    const ids: string[] = [];
    for (const lane of lanes) {
      const m = message();
      const d: NewDelivery = delivery(m.id, { lane });
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(d);
      });
      ids.push(d.id);
    }
    return ids;
  };
  const claim = async (now = NOW, limit = 10) => (await take(ledger(), { now, limit })).map(({ id }) => id);
  const statusOf = async (id = '') => (await ledger().delivery(id))?.status;

  describe('lanes', () => {
    test('give out one delivery each, in the order they came', async () => {
      const [a1, b1, , b2] = await queue('a', 'b', 'a', 'b');
      expect(await claim()).toEqual([a1, b1]);
      expect(await claim()).toEqual([]);
      await settle(ledger(), b1, delivered);
      expect(await claim()).toEqual([b2]);
    });

    test('give out no more than asked for, and only to the destination asked for', async () => {
      const [a, b] = await queue('a', 'b');
      expect(await take(ledger(), { destination: 'epd', limit: 5 })).toEqual([]);
      expect(await claim(NOW, 1)).toEqual([a]);
      expect(await claim(NOW, 1)).toEqual([b]);
    });

    test('wait for a retry: nothing overtakes it, and other lanes go on', async () => {
      const [a1, , b1] = await queue('a', 'a', 'b');
      await claim(NOW, 1);
      await settle(ledger(), a1, retry);
      expect(await claim()).toEqual([b1]);
      expect(await claim()).toEqual([]);
      expect((await ledger().claim(claiming())).next).toBe(LATER);
      expect(await claim(LATER)).toEqual([a1]);
    });

    test.each([
      ['delivered', delivered],
      ['dead', dead],
      ['parked', parked],
    ])('go on after a delivery that is %s', async (status, settlement) => {
      const [first, second] = await queue('a', 'a');
      await claim();
      expect(await settle(ledger(), first, settlement)).toBe(true);
      expect(await statusOf(first)).toBe(status);
      expect(await claim()).toEqual([second]);
    });

    test('go on after a waiting delivery was cancelled', async () => {
      const [, second, third] = await queue('a', 'a', 'a');
      const [first] = await claim();
      await ledger().write(async (tx) => {
        const row = await tx.delivery(second ?? '');
        expect(await tx.cancelOpenDeliveries(row?.messageId ?? '', NOW)).toEqual([second]);
      });
      await settle(ledger(), first, delivered);
      expect(await claim()).toEqual([third]);
    });

    test('of one destination do not wait for another', async () => {
      const m = message();
      const [here, there] = [delivery(m.id), delivery(m.id, { destination: 'epd' })];
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(here);
        await tx.insertDelivery(there);
      });
      expect(await claim()).toEqual([here.id]);
      expect((await take(ledger(), { destination: 'epd', limit: 1 })).map(({ id }) => id)).toEqual([there.id]);
    });

    test('cancelled whole give up everything that is not delivered', async () => {
      const [sending, waiting, other] = await queue('a', 'a', 'b');
      await claim(NOW, 1);
      const cancelled = await ledger().write((tx) => tx.cancelLane('ecd', 'a', NOW));
      expect(cancelled.map(({ id }) => id)).toEqual([sending, waiting]);
      expect(await settle(ledger(), sending, delivered)).toBe(false);
      expect(await statusOf(sending)).toBe('cancelled');
      expect(await claim()).toEqual([other]);
    });

    test('let nothing overtake a cancelled attempt that is still on the wire', async () => {
      const [first, second] = await queue('a', 'a');
      await claim();
      await ledger().write(async (tx) => {
        const row = await tx.delivery(first ?? '');
        await tx.cancelOpenDeliveries(row?.messageId ?? '', NOW);
      });
      expect(await claim()).toEqual([]);
      expect(await settle(ledger(), first, delivered)).toBe(false);
      expect(await claim()).toEqual([second]);
    });

    test('serve old retries before younger newcomers', async () => {
      const [old] = await queue('a');
      await claim();
      await settle(ledger(), old, { ...retry, nextAttemptAt: NOW });
      const m = message();
      const young = delivery(m.id, { createdAt: LATER });
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(young);
      });
      expect(await claim(LATER)).toEqual([old, young.id]);
    });
  });

  describe('after a killed process', () => {
    test('what was under way is sent again first, under the same key', async () => {
      const [a1, b1, a2] = await queue('a', 'b', 'a');
      const [before] = await take(ledger(), { limit: 5 });
      expect(await ledger().recover(recovering())).toEqual({ waiting: 2, parked: 0 });
      const again = await take(ledger(), { limit: 5 });
      expect(again.map(({ id }) => id)).toEqual([a1, b1]);
      expect(again[0]?.idempotencyKey).toBe(before?.idempotencyKey);
      expect(again[0]?.body).toEqual(before?.body);
      await settle(ledger(), a1, delivered);
      expect(await claim()).toEqual([a2]);
    });

    test('what was cancelled under way makes room', async () => {
      const [, second] = await queue('a', 'a');
      const [under] = await take(ledger(), { limit: 5 });
      await ledger().write((tx) => tx.cancelOpenDeliveries(under?.messageId ?? '', NOW));
      expect(await ledger().recover(recovering())).toEqual({ waiting: 0, parked: 0 });
      expect(await claim()).toEqual([second]);
    });
  });
}
