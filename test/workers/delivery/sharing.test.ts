import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import type { Destination } from '../../../gateway/regions/region.ts';
import type { Delivery } from '../../../workers/delivery/start.ts';
import { deliverWith, one, receiver, settled, setUpDelivering, theLedger } from '../delivering.ts';
import { eventually, queue } from '../ledger.ts';
import { destination } from '../partners.ts';

setUpDelivering();

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const names: string[] = [];
const log = { event: (name: string) => void names.push(name), failure: (name: string) => void names.push(name) };
beforeEach(() => names.splice(0));

/** One worker of several, though here within one process. */
const worker = (
  to: Destination,
  ledger: Partial<Ledger> = {},
  leaseMs = 600,
  over: { random?: () => number } = {},
): Delivery =>
  deliverWith({
    ledger: {
      claim: (request) => theLedger().claim(request),
      settle: (...args) => theLedger().settle(...args),
      renew: (...args) => theLedger().renew(...args),
      recover: (recovery) => theLedger().recover(recovery),
      ...ledger,
    },
    region: { destinations: [to] },
    log,
    shared: { leaseMs },
    ...over,
  });

const lanes = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ destination: 'ecd', lane: `patient-${n}`, body: '{}' }));

describe('workers that share a ledger', () => {
  test('keep the concurrency and the rate of a destination together', async () => {
    let open = 0;
    let most = 0;
    const times: number[] = [];
    const base = await receiver((req, res) => {
      times.push(performance.now());
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        res.end();
      }, 60);
    });
    await queue(theLedger(), lanes(60));
    const to = destination('ecd', base, { concurrency: 3, ratePerSecond: 40 });
    worker(to);
    worker(to);
    await eventually(settled);
    expect(times).toHaveLength(60);
    expect(most).toBeLessThanOrEqual(3);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_350);
  });

  test('find what others put in line, and see a pause, within a second or so', async () => {
    const base = await receiver((req, res) => void req.resume().on('end', () => res.end()));
    worker(destination('ecd', base));
    await rest(100);
    await queue(theLedger(), lanes(3));
    await eventually(settled, 5_000);
  });

  test('leave a call that takes longer than a lease to who made it', async () => {
    let calls = 0;
    const base = await receiver((req, res) => {
      calls += 1;
      req.resume();
      setTimeout(() => res.end(), 1_500);
    });
    const [id] = await queue(theLedger(), lanes(1));
    const to = destination('ecd', base, { timeoutMs: 10_000 });
    worker(to);
    worker(to);
    await eventually(settled);
    expect(calls).toBe(1);
    expect(await one(id)).toMatchObject({ status: 'delivered', attempts: 1 });
  });

  test('take over from one whose heart stopped, and do not hear its late result', async () => {
    const answers: (() => void)[] = [];
    const base = await receiver((req, res) => {
      req.resume();
      answers.push(() => res.end());
    });
    const [id] = await queue(theLedger(), lanes(1));
    const to = destination('ecd', base, { timeoutMs: 20_000 });
    // It believes that it holds what it has.
    worker(to, { renew: async () => [], recover: async () => ({ waiting: 0, parked: 0 }) });
    await eventually(() => answers.length === 1);
    worker(to);
    await eventually(() => answers.length === 2);
    expect(await one(id)).toMatchObject({ status: 'sending', attempts: 2 });
    answers[0]?.();
    await eventually(() => names.includes('delivery.not-ours'));
    expect(await one(id)).toMatchObject({ status: 'sending', attempts: 2 });
    answers[1]?.();
    await eventually(settled);
    expect(await one(id)).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  test('take nothing over that ran out while the ledger was away: its holder could not say so, and knows the answer', async () => {
    let away = false;
    let calls = 0;
    let backAt = Number.POSITIVE_INFINITY;
    const gone = async <T>(ask: () => Promise<T>): Promise<T> => (away ? Promise.reject(new Error('away')) : ask());
    const ledger: Partial<Ledger> = {
      claim: (request) => gone(() => theLedger().claim(request)),
      settle: (...args) => gone(() => theLedger().settle(...args)),
      renew: (...args) => gone(() => theLedger().renew(...args)),
      recover: (recovery) => gone(() => theLedger().recover(recovery)),
    };
    const base = await receiver((req, res) => {
      calls += 1;
      away = true;
      req.resume().on('end', () => res.writeHead(422).end());
    });
    const [id] = await queue(theLedger(), lanes(1));
    // The longest pauses between two tries to write the answer down: whoever takes over is there first.
    const slow = { random: () => 0.999 };
    const beatsLater: Partial<Ledger> = {
      ...ledger,
      renew: async (held, until) => {
        if (away || performance.now() < backAt + 150) throw new Error('away');
        return theLedger().renew(held, until);
      },
    };
    worker(destination('ecd', base), beatsLater, 600, slow);
    await eventually(() => calls === 1);
    worker(destination('ecd', base), ledger, 600, slow);
    await rest(2_000);
    backAt = performance.now();
    away = false;
    // One that starts at this moment knows even less.
    worker(destination('ecd', base), {}, 600, slow);
    await eventually(settled);
    expect(calls).toBe(1);
    expect(await one(id)).toMatchObject({ status: 'dead', attempts: 1 });
    expect(names).not.toContain('delivery.recovered');
  });

  test('cut a call whose lease is somebody else’s', async () => {
    let cut = false;
    const base = await receiver((req, res) => {
      req.resume();
      res.on('close', () => (cut = true));
    });
    await queue(theLedger(), lanes(1));
    const to = destination('ecd', base, { timeoutMs: 20_000 });
    const lost: Partial<Ledger> = { renew: async (held) => held, recover: async () => ({ waiting: 0, parked: 0 }) };
    const delivery = worker(to, lost, 300);
    await eventually(() => names.includes('delivery.lease-lost'));
    await eventually(() => cut);
    await delivery.stop();
  });
});
