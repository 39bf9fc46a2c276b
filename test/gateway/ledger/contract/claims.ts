import { CLOSED } from '../../../../gateway/ledger/breaker.ts';
import type { Breaker, Due, Ledger } from '../../../../gateway/ledger/ledger.ts';
import { claiming, delivery, LATER, message, NOW, recovering, settle, take } from '../samples.ts';
import { delivered, retry } from './lanes.ts';

const at = (ms: number): string => new Date(Date.parse(NOW) + ms).toISOString();
const open: Breaker = { failures: 10, lane: null, openings: 1, openUntil: LATER };

export function describeClaims(ledger: () => Ledger): void {
  /** One message with a delivery in each named lane; ids in the same order. */
  const queue = async (...lanes: string[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const lane of lanes) {
      const m = message();
      const d = delivery(m.id, { lane });
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(d);
      });
      ids.push(d.id);
    }
    return ids;
  };
  const idsOf = async (change: Parameters<typeof claiming>[0] = {}) =>
    (await take(ledger(), change)).map(({ id }) => id);
  const stateOf = async () => (await ledger().destinations()).find(({ destination }) => destination === 'ecd');
  /** Leaves the breaker as given. */
  const learn = async (id: string | undefined, breaker: Breaker) => {
    const attempt = (await ledger().delivery(id ?? ''))?.attempts ?? 0;
    await ledger().settle({ id: id ?? '', attempt }, retry, () => breaker);
  };

  describe('the limits of a destination', () => {
    test('hold for everyone: no more under way than its concurrency', async () => {
      const [a, b, c] = await queue('a', 'b', 'c');
      expect(await idsOf({ concurrency: 2, limit: 1 })).toEqual([a]);
      expect(await ledger().claim(claiming({ concurrency: 2 }))).toMatchObject({ deliveries: [{ id: b }], next: null });
      expect(await ledger().claim(claiming({ concurrency: 2 }))).toEqual({ deliveries: [], next: null });
      await settle(ledger(), a, delivered);
      expect(await idsOf({ concurrency: 2 })).toEqual([c]);
    });

    test('count an attempt that was cancelled until it has ended', async () => {
      const [, other] = await queue('a', 'b');
      const [under] = await take(ledger(), { concurrency: 1 });
      await ledger().write((tx) => tx.cancelOpenDeliveries(under?.messageId ?? '', NOW));
      expect(await idsOf({ concurrency: 1 })).toEqual([]);
      await settle(ledger(), under?.id, delivered);
      expect(await idsOf({ concurrency: 1 })).toEqual([other]);
    });

    test('hold for everyone: no faster than its rate, and it is told when the next may start', async () => {
      const [a, b, c] = await queue('a', 'b', 'c');
      const rate = { ratePerSecond: 10 };
      expect(await ledger().claim(claiming(rate))).toMatchObject({ deliveries: [{ id: a }], next: at(100) });
      expect(await ledger().claim(claiming(rate))).toEqual({ deliveries: [], next: at(100) });
      expect(await idsOf({ ...rate, now: at(100) })).toEqual([b]);
      expect(await idsOf({ ...rate, now: at(199) })).toEqual([]);
      expect(await idsOf({ ...rate, now: at(200), extraCalls: 1 })).toEqual([]);
      expect(await idsOf({ ...rate, now: at(300) })).toEqual([c]);
    });

    test('of one destination are not those of another', async () => {
      await queue('a', 'b');
      const m = message();
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(delivery(m.id, { destination: 'epd' }));
      });
      await idsOf({ concurrency: 1, ratePerSecond: 1 });
      expect(await idsOf({ destination: 'epd', concurrency: 1, ratePerSecond: 1 })).toHaveLength(1);
    });
  });

  describe('a claim that gives nothing', () => {
    test('says when to look again: at the next retry, or not before something happens', async () => {
      expect(await ledger().claim(claiming())).toEqual({ deliveries: [], next: null });
      const [a] = await queue('a');
      expect((await ledger().claim(claiming())).next).toBeNull();
      await settle(ledger(), a, retry);
      expect(await ledger().claim(claiming())).toEqual({ deliveries: [], next: LATER });
    });
  });

  describe('a paused destination', () => {
    test('gets nothing until it is resumed, and then everything in order', async () => {
      const [a, b] = await queue('a', 'b');
      await ledger().pause('ecd', NOW);
      await ledger().pause('ecd', LATER);
      expect(await stateOf()).toEqual({ destination: 'ecd', pausedAt: NOW, breaker: CLOSED });
      expect(await ledger().claim(claiming())).toEqual({ deliveries: [], next: null });
      await ledger().resume('ecd');
      expect(await idsOf()).toEqual([a, b]);
      expect(await stateOf()).toMatchObject({ pausedAt: null });
    });

    test('lets end what is under way', async () => {
      const [a] = await queue('a');
      await take(ledger());
      await ledger().pause('ecd', NOW);
      expect(await settle(ledger(), a, delivered)).toBe(true);
    });
  });

  describe('the breaker of a destination', () => {
    test('is closed until an attempt says otherwise, and is kept as that says', async () => {
      const [a] = await queue('a');
      expect(await stateOf()).toBeUndefined();
      await take(ledger());
      await learn(a, open);
      expect((await stateOf())?.breaker).toEqual(open);
      await ledger().settle({ id: 'nobody', attempt: 1 }, delivered, () => CLOSED);
      expect((await stateOf())?.breaker).toEqual(open);
    });

    test('sees what it was, and is not written when nothing changes', async () => {
      const [a] = await queue('a');
      await take(ledger());
      const seen: Breaker[] = [];
      await ledger().settle({ id: a ?? '', attempt: 1 }, delivered, (now) => {
        seen.push(now);
        return now;
      });
      expect(seen).toEqual([CLOSED]);
    });

    test('open lets nothing start, and no attempt is counted', async () => {
      const [a, b] = await queue('a', 'b');
      await take(ledger(), { limit: 1 });
      await learn(a, open);
      expect(await ledger().claim(claiming())).toEqual({ deliveries: [], next: LATER });
      expect(await ledger().delivery(b ?? '')).toMatchObject({ status: 'waiting', attempts: 0 });
    });

    test('half-open lets one at a time try, whoever asks', async () => {
      const [a] = await queue('a', 'b', 'c');
      await take(ledger(), { limit: 1 });
      await learn(a, open);
      expect(await idsOf({ now: LATER })).toHaveLength(1);
      expect(await ledger().claim(claiming({ now: LATER }))).toEqual({ deliveries: [], next: null });
    });

    test('half-open tries by turns one that was not tried before and one that was', async () => {
      const [a, b] = await queue('a', 'b');
      await take(ledger(), { limit: 1 });
      await learn(a, open);
      expect(await idsOf({ now: LATER })).toEqual([b]);
      await learn(b, { ...open, openings: 2 });
      await queue('c');
      expect(await idsOf({ now: LATER })).toEqual([a]);
    });

    test('closed again lets all go', async () => {
      const [a] = await queue('a', 'b', 'c');
      await take(ledger(), { limit: 1 });
      await learn(a, open);
      const [probe] = await take(ledger(), { now: LATER });
      await ledger().settle({ id: probe?.id ?? '', attempt: 1 }, delivered, () => CLOSED);
      expect((await idsOf({ now: LATER })).length).toBe(2);
    });
  });

  describe('an attempt', () => {
    test('is counted when it begins, and only its newest taker speaks for it', async () => {
      const [a] = await queue('a');
      const [first] = await take(ledger(), { leaseUntil: at(100) });
      expect(first?.attempts).toBe(1);
      expect(await ledger().recover(recovering({ all: false, now: at(101) }))).toEqual({ waiting: 1, parked: 0 });
      const [second] = await take(ledger(), { leaseUntil: at(200) });
      expect(second).toMatchObject({ id: a, attempts: 2 });
      const held = (attempt: number) => ({ id: a ?? '', attempt });
      expect(await ledger().settle(held(1), delivered)).toBe(false);
      expect(await ledger().delivery(a ?? '')).toMatchObject({ status: 'sending', attempts: 2 });
      expect(await ledger().settle(held(2), delivered)).toBe(true);
    });

    test('is its taker’s while its lease is moved', async () => {
      const [a] = await queue('a');
      await take(ledger(), { leaseUntil: at(100) });
      const held = { id: a ?? '', attempt: 1 };
      expect(await ledger().renew([held], at(300))).toEqual([]);
      expect(await ledger().recover(recovering({ all: false, now: at(200) }))).toEqual({ waiting: 0, parked: 0 });
      expect(await ledger().recover(recovering({ all: false, now: at(300) }))).toEqual({ waiting: 1, parked: 0 });
      expect(await ledger().renew([held], at(500))).toEqual([held]);
    });

    test('whose taker is gone leaves its lane in order', async () => {
      const [a1, , b1] = await queue('a', 'a', 'b');
      await take(ledger(), { leaseUntil: at(100) });
      await ledger().recover(recovering({ all: false, now: at(100) }));
      expect(await idsOf()).toEqual([a1, b1]);
    });

    test('that cannot be repeated is parked when its taker is gone, and the next of its lane goes', async () => {
      const [first, second] = await queue('a', 'a');
      const [taken] = await take(ledger(), { leaseUntil: at(100) });
      const gone = recovering({ all: false, now: at(100), unrepeatable: ['ecd'] });
      expect(await ledger().recover(gone)).toEqual({ waiting: 0, parked: 1 });
      expect(await ledger().delivery(first ?? '')).toMatchObject({
        status: 'parked',
        lastError: { class: 'ambiguous', code: 'interrupted' },
      });
      expect(await ledger().message(taken?.messageId ?? '')).toMatchObject({ status: 'parked' });
      expect(await idsOf()).toEqual([second]);
    });

    test('that was cancelled makes room when its taker is gone', async () => {
      const [, second] = await queue('a', 'a');
      const [taken] = await take(ledger(), { leaseUntil: at(100) });
      await ledger().write((tx) => tx.cancelOpenDeliveries(taken?.messageId ?? '', NOW));
      await ledger().recover(recovering({ all: false, now: at(100) }));
      expect(await idsOf()).toEqual([second]);
    });
  });

  describe('what may be due because of a unit', () => {
    let told: Due[];
    beforeEach(() => {
      told = [];
      ledger().onDue((due) => told.push(...due));
    });

    test('is told after its commit: the heads of lanes it put in line', async () => {
      const [a] = await queue('a', 'a');
      expect(told).toEqual([{ destination: 'ecd', delivery: a }]);
    });

    test('is told when a cancel made room', async () => {
      const [, second] = await queue('a', 'a');
      const [taken] = await take(ledger());
      await settle(ledger(), taken?.id, retry);
      told.length = 0;
      await ledger().write((tx) => tx.cancelOpenDeliveries(taken?.messageId ?? '', NOW));
      expect(told.map(({ destination }) => destination)).toEqual(['ecd']);
      expect(await idsOf()).toEqual([second]);
    });

    test('is not told of a unit that was undone, nor of one that queues nothing', async () => {
      const m = message();
      const undone = ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(delivery(m.id));
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      await ledger().write((tx) => tx.insertMessage(message()));
      expect(told).toEqual([]);
    });

    test('is told when a destination is resumed that something waits for', async () => {
      await ledger().pause('ecd', NOW);
      await ledger().resume('ecd');
      expect(told).toEqual([]);
      const [a] = await queue('a');
      told.length = 0;
      await ledger().resume('ecd');
      expect(told).toEqual([{ destination: 'ecd', delivery: a }]);
    });
  });
}
