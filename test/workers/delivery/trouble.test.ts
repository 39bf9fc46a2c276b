import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import {
  deliverTo,
  deliverWith,
  ecdOf,
  one,
  partners,
  receiver,
  settled,
  theLedger,
  setUpDelivering,
} from '../delivering.ts';
import { eventually, queue } from '../ledger.ts';
import { bundleOf, destination } from '../partners.ts';

setUpDelivering();

describe('trouble of our own', () => {
  test('a ledger that is away pauses the work, and nothing is lost or repeated', async () => {
    const started = await partners();
    let away = true;
    const failing: Pick<Ledger, 'claim' | 'settle' | 'renew' | 'recover'> = {
      claim: (...args) => (away ? Promise.reject(new Error('away')) : theLedger().claim(...args)),
      renew: (...args) => theLedger().renew(...args),
      recover: (...args) => theLedger().recover(...args),
      settle: (...args) => (Math.random() < 0.3 ? Promise.reject(new Error('away')) : theLedger().settle(...args)),
    };
    await queue(
      theLedger(),
      Array.from({ length: 10 }, (_, n) => ({ destination: 'ecd', lane: 'p', body: bundleOf('a', n) })),
    );
    const names: string[] = [];
    const log = { event: (name: string) => void names.push(name), failure: (name: string) => void names.push(name) };
    deliverWith({ ledger: failing, region: { destinations: [ecdOf(started)] }, random: () => 0.1, log });
    await eventually(() => names.includes('delivery.ledger-away'));
    away = false;
    await eventually(settled);
    expect(names).toContain('delivery.ledger-back');
    expect((await started.received('ecd')).map(({ replayed }) => replayed)).toEqual(Array(10).fill(false));
  });

  test('a delivery cancelled while it was on its way is left as it is', async () => {
    const started = await partners();
    await started.fault('ecd', { delayMs: 300 });
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: bundleOf('a', 1) }]);
    const delivery = deliverTo(ecdOf(started));
    await eventually(async () => (await one(id)).status === 'sending');
    await theLedger().write((tx) => tx.cancelLane('ecd', 'p', new Date().toISOString()));
    await delivery.stop();
    expect(await one(id)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a stop', () => {
  test('lets what is under way end, takes nothing new, and leaves the rest waiting', async () => {
    const started = await partners();
    await started.fault('ecd', { delayMs: 300 });
    const ids = await queue(
      theLedger(),
      ['a', 'b'].map((key, n) => ({ destination: 'ecd', lane: 'p', body: bundleOf(key, n) })),
    );
    const delivery = deliverTo(ecdOf(started));
    await eventually(async () => (await one(ids[0])).status === 'sending');
    await delivery.stop();
    expect(await one(ids[0])).toMatchObject({ status: 'delivered' });
    expect(await one(ids[1])).toMatchObject({ status: 'waiting' });
  });

  test('cuts what does not end in time, which is then sent again later', async () => {
    const base = await receiver(() => undefined);
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: '{}' }]);
    const delivery = deliverWith({
      region: { destinations: [destination('ecd', base, { timeoutMs: 60_000 })] },
      drainMs: 100,
    });
    await eventually(async () => (await one(id)).status === 'sending');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = performance.now();
    await delivery.stop();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(await one(id)).toMatchObject({ status: 'retrying', lastError: { class: 'ambiguous', code: 'stopped' } });
  });
});
