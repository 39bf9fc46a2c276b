import { stateOf } from '../../../gateway/ledger/breaker.ts';
import type { Breaker } from '../../../gateway/ledger/ledger.ts';
import { deliverTo, receiver, settled, setUpDelivering, theLedger } from '../delivering.ts';
import { eventually, queue } from '../ledger.ts';
import { destination } from '../partners.ts';

setUpDelivering();

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const breaker = async (): Promise<Breaker | undefined> => (await theLedger().destinations())[0]?.breaker;
const isOpen = async (): Promise<boolean> => ((await breaker())?.openings ?? 0) > 0;

/** Answers as told, and keeps when it was asked for which message. */
async function told(): Promise<{ base: string; calls: { at: number; id: string }[]; answer: { status: number } }> {
  const calls: { at: number; id: string }[] = [];
  const answer = { status: 200 };
  const base = await receiver((req, res) => {
    calls.push({ at: performance.now(), id: String(req.headers['x-request-id']) });
    req.resume().on('end', () => res.writeHead(answer.status).end());
  });
  return { base, calls, answer };
}
const lanes = (count: number, each = 1) =>
  Array.from({ length: count * each }, (_, n) => ({ destination: 'ecd', lane: `patient-${n % count}`, body: '{}' }));

describe('a destination that is down', () => {
  const retry = { firstDelayMs: 200, maxDelayMs: 400, giveUpHours: 1 };

  test('is asked once in an open interval, and what waits burns no attempt; back again, all comes in order', async () => {
    const { base, calls, answer } = await told();
    answer.status = 503;
    const ids = await queue(theLedger(), lanes(60, 2));
    deliverTo(destination('ecd', base, { concurrency: 8, retry }));
    await eventually(isOpen);
    await rest(100);
    const [since, before] = [performance.now(), calls.length];
    expect(before).toBeLessThanOrEqual(20);
    await rest(2_000);
    // The shortest interval is half of 200 ms, and of 400 ms from the second on.
    expect(calls.length - before).toBeLessThanOrEqual(2 + Math.ceil((performance.now() - since) / 200));
    expect(calls.length).toBeGreaterThan(before);
    const deliveries = await Promise.all(ids.map(async (id) => (await theLedger().deliveries(id))[0]));
    expect(deliveries.filter((one) => one?.attempts === 0).length).toBeGreaterThan(80);

    answer.status = 200;
    await eventually(settled);
    expect(await breaker()).toMatchObject({ failures: 0, openUntil: null });
    expect(await theLedger().reconciliation()).toMatchObject({ delivered: ids.length });
    const order = new Map(ids.map((id, n) => [id, n]));
    for (let lane = 0; lane < 60; lane += 1) {
      const seen = calls.map(({ id }) => order.get(id) ?? -1).filter((n) => n % 60 === lane);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    }
  });

  test('is left alone after a restart, until its moment', async () => {
    const { base, calls, answer } = await told();
    answer.status = 503;
    await queue(theLedger(), lanes(30));
    const slow = { firstDelayMs: 60_000, maxDelayMs: 60_000, giveUpHours: 1 };
    const first = deliverTo(destination('ecd', base, { concurrency: 8, retry: slow }));
    await eventually(isOpen);
    await first.stop();
    const before = calls.length;
    deliverTo(destination('ecd', base, { concurrency: 8, retry: slow }));
    await rest(300);
    expect(calls).toHaveLength(before);
    expect(stateOf((await breaker()) as Breaker, new Date().toISOString())).toBe('open');
  });

  test('does not slow another', async () => {
    const { base, answer } = await told();
    answer.status = 503;
    const well = await told();
    await queue(theLedger(), lanes(20));
    await queue(
      theLedger(),
      lanes(40).map((one) => ({ ...one, destination: 'epd' })),
    );
    deliverTo(destination('ecd', base, { retry }), destination('epd', well.base));
    await eventually(() => new Set(well.calls.map(({ id }) => id)).size === 40, 5_000);
  });
});

describe('a destination that refuses messages', () => {
  test('is not ill: 422 is never repeated, and stops nothing', async () => {
    const { base, calls, answer } = await told();
    answer.status = 422;
    await queue(theLedger(), lanes(40));
    deliverTo(destination('ecd', base));
    await eventually(settled);
    expect(calls).toHaveLength(40);
    expect(await theLedger().reconciliation()).toMatchObject({ dead: 40 });
    expect(await isOpen()).toBe(false);
  });

  test('for one patient again and again is not ill for the others', async () => {
    let others = 0;
    const base = await receiver((req, res) => {
      const well = req.headers['x-request-id'] !== poisoned;
      if (well) others += 1;
      req.resume().on('end', () => res.writeHead(well ? 200 : 500).end());
    });
    const [poisoned] = await queue(theLedger(), lanes(1));
    const quick = { firstDelayMs: 5, maxDelayMs: 10, giveUpHours: 1 };
    const delivery = deliverTo(destination('ecd', base, { retry: quick }));
    await eventually(async () => ((await theLedger().deliveries(poisoned ?? ''))[0]?.attempts ?? 0) > 15);
    expect(await isOpen()).toBe(false);
    await queue(
      theLedger(),
      lanes(20).map((one) => ({ ...one, lane: `other-${one.lane}` })),
    );
    delivery.nudge('ecd');
    await eventually(() => others === 20);
  });
});

describe('a destination that is paused', () => {
  test('gets nothing, and everything soon after it is resumed', async () => {
    const { base, calls } = await told();
    await theLedger().pause('ecd', new Date().toISOString());
    await queue(theLedger(), lanes(5));
    const delivery = deliverTo(destination('ecd', base));
    theLedger().onDue((due) => due.forEach((one) => delivery.nudge(one.destination)));
    await rest(200);
    expect(calls).toEqual([]);
    await theLedger().resume('ecd');
    await eventually(settled, 5_000);
    expect(calls).toHaveLength(5);
  });
});
