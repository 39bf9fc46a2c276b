import type { Alarm, Finished, Ledger } from '../../../../gateway/ledger/ledger.ts';
import { delivery, LATER, message, NOW, settle, take } from '../samples.ts';

const day = (n: number): string => new Date(Date.parse(NOW) + n * 86_400_000).toISOString();
const BODY = { mediaType: 'application/fhir+json', bytes: Buffer.from('{"resourceType":"Bundle"}') };

export function describeKeeping(ledger: () => Ledger): void {
  describe('retention', () => {
    const put = async (status: Finished | 'pending' | 'held' | 'parked', receivedAt: string): Promise<string> => {
      const m = message({ status, receivedAt });
      await ledger().write((tx) => tx.insertMessage(m));
      return m.id;
    };
    const destroy = (status: Finished, before: string, limit = 10): Promise<number> =>
      ledger().write((tx) => tx.destroyFinished(status, before, limit));

    test('destroys the contents of one status from before a moment, the oldest first, and keeps the facts', async () => {
      const old = [await put('delivered', day(0)), await put('delivered', day(1))];
      const young = await put('delivered', day(5));
      const other = await put('refused', day(0));
      expect(await destroy('delivered', day(4), 1)).toBe(1);
      expect(await ledger().raw(old[0] ?? '')).toBeNull();
      expect(await ledger().raw(old[1] ?? '')).not.toBeNull();
      expect(await destroy('delivered', day(4))).toBe(1);
      expect(await destroy('delivered', day(4))).toBe(0);
      for (const id of old) {
        expect([await ledger().raw(id), await ledger().mapped(id)]).toEqual([null, null]);
        expect(await ledger().message(id)).toMatchObject({ id, status: 'delivered', contentHash: 'hash' });
      }
      for (const id of [young, other]) expect(await ledger().raw(id)).not.toBeNull();
      expect((await ledger().reconciliation()).balanced).toBe(true);
    });

    test('counts from the last that happened, not from the arrival', async () => {
      const id = await put('delivered', day(0));
      await ledger().write((tx) => tx.addEvent(id, 'delivered', day(9)));
      expect(await destroy('delivered', day(8))).toBe(0);
      expect(await destroy('delivered', day(9))).toBe(1);
    });

    test('finds a message that was dead and sent again after all', async () => {
      const id = await put('dead', day(0));
      await ledger().write((tx) => tx.updateMessage(id, { status: 'pending' }));
      expect(await destroy('dead', day(9))).toBe(0);
      await ledger().write((tx) => tx.updateMessage(id, { status: 'delivered' }));
      expect(await destroy('delivered', day(9))).toBe(1);
    });

    test('touches nothing that is open, held or parked', async () => {
      const ids = [await put('pending', day(0)), await put('held', day(0)), await put('parked', day(0))];
      for (const status of ['refused', 'delivered', 'dead', 'unrouted'] as const) {
        expect(await destroy(status, day(99))).toBe(0);
      }
      for (const id of ids) expect(await ledger().raw(id)).not.toBeNull();
    });

    test('takes the bodies of deliveries, and of a failure the words: its code stays', async () => {
      const m = message();
      const d = delivery(m.id, { body: BODY });
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        await tx.insertDelivery(d);
      });
      await take(ledger(), { now: NOW, limit: 1 });
      const error = { class: 'permanent', code: 'http-422', text: 'Mw. Canarius is no patient here' } as const;
      await settle(ledger(), d.id, { outcome: 'dead', at: NOW, error, responseStatus: 422 });
      expect((await ledger().delivery(d.id))?.body.bytes.length).toBeGreaterThan(0);
      expect(await destroy('dead', LATER)).toBe(1);
      const found = await ledger().delivery(d.id);
      expect(found?.body.bytes).toHaveLength(0);
      expect(found?.lastError).toEqual({ class: 'permanent', code: 'http-422', text: '' });
    });

    test('gives space back until there is none to give', async () => {
      for (let n = 0; n < 1_000 && (await ledger().giveBack()); n += 1);
      expect(await ledger().giveBack()).toBe(false);
    });
  });

  describe('the backlog of a source', () => {
    test('counts what is open, and not what is held, refused or done', async () => {
      const open = [message(), message(), message({ source: 'seh' })];
      const rest = [message({ status: 'held' }), message({ status: 'refused' })];
      for (const m of [...open, ...rest]) await ledger().write((tx) => tx.insertMessage(m));
      expect(Object.fromEntries(await ledger().sourceBacklog())).toEqual({ lab: 2, seh: 1 });
      await ledger().write((tx) => tx.updateMessage(open[0]?.id ?? '', { status: 'delivered' }));
      await ledger().write((tx) => tx.updateMessage(rest[0]?.id ?? '', { status: 'pending' }));
      await ledger().write((tx) => tx.updateMessage(open[2]?.id ?? '', { status: 'dead' }));
      expect(Object.fromEntries(await ledger().sourceBacklog())).toEqual({ lab: 2, seh: 0 });
    });
  });

  describe('the lanes of a destination', () => {
    test('are counted while something in them is open, with the longest', async () => {
      const m = message();
      await ledger().write(async (tx) => {
        await tx.insertMessage(m);
        for (const lane of ['a', 'a', 'a', 'b']) await tx.insertDelivery(delivery(m.id, { lane }));
        await tx.insertDelivery(delivery(m.id, { lane: 'a', destination: 'gp' }));
      });
      const ecd = { destination: 'ecd', lanes: 2, deepest: 3 };
      expect(await ledger().lanes()).toEqual([ecd, { destination: 'gp', lanes: 1, deepest: 1 }]);
      await ledger().write((tx) => tx.cancelLane('gp', 'a', NOW));
      await ledger().write((tx) => tx.cancelLane('ecd', 'b', NOW));
      expect(await ledger().lanes()).toEqual([{ ...ecd, lanes: 1 }]);
    });
  });

  describe('a duty', () => {
    test('is one holder\u2019s at a time, for as long as that one takes it anew', async () => {
      const take = (holder: string, now: string, until: string): Promise<boolean> =>
        ledger().takeDuty('sweep', holder, now, until);
      expect(await take('a', day(0), day(2))).toBe(true);
      expect(await take('b', day(1), day(3))).toBe(false);
      expect(await take('a', day(1), day(3))).toBe(true);
      expect(await take('b', day(2), day(4))).toBe(false);
      expect(await take('b', day(3), day(4))).toBe(true);
      expect(await take('a', day(3), day(5))).toBe(false);
      expect(await ledger().takeDuty('another', 'a', day(3), day(5))).toBe(true);
    });
  });

  describe('an alarm', () => {
    const alarm = (change: Partial<Alarm> = {}): Alarm => ({
      kind: 'dead-letters',
      subject: '',
      raisedAt: NOW,
      count: 1,
      ...change,
    });
    const raise = (one: Alarm): Promise<boolean> => ledger().write((tx) => tx.raiseAlarm(one));
    const notices = async (): Promise<string[]> =>
      (await ledger().alarmNotices(10)).map(({ kind, subject, state, count }) =>
        [kind, subject, state, count].join(' '),
      );

    test('is raised once, again when it counts more, and since when it was raised first', async () => {
      expect(await raise(alarm())).toBe(true);
      expect(await raise(alarm({ raisedAt: day(1) }))).toBe(false);
      expect(await raise(alarm({ raisedAt: day(2), count: 3 }))).toBe(true);
      expect(await raise(alarm({ raisedAt: day(3), count: 2 }))).toBe(false);
      expect(await raise(alarm({ kind: 'oldest-waiting', subject: 'ecd', raisedAt: day(4), count: 60 }))).toBe(true);
      expect(await ledger().alarms()).toEqual([
        alarm({ count: 2 }),
        alarm({ kind: 'oldest-waiting', subject: 'ecd', raisedAt: day(4), count: 60 }),
      ]);
      expect(await notices()).toEqual([
        'dead-letters  raised 1',
        'dead-letters  raised 3',
        'oldest-waiting ecd raised 60',
      ]);
    });

    test('is cleared once, and told in order until it has been told', async () => {
      await raise(alarm());
      const clear = (at: string): Promise<boolean> => ledger().write((tx) => tx.clearAlarm('dead-letters', '', at));
      expect([await clear(day(1)), await clear(day(2))]).toEqual([true, false]);
      expect(await ledger().alarms()).toEqual([]);
      expect(await notices()).toEqual(['dead-letters  raised 1', 'dead-letters  cleared 0']);
      const [first] = await ledger().alarmNotices(1);
      if (first === undefined) throw new Error('nothing to tell');
      await ledger().write((tx) => tx.dropNotice(first));
      expect(await notices()).toEqual(['dead-letters  cleared 0']);
    });
  });
}
