import { createServer, type RequestListener, type Server } from 'node:http';
import { systemClock } from '../../../gateway/clock.ts';
import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import { silentLog } from '../../../gateway/log.ts';
import type { Destination } from '../../../gateway/regions/region.ts';
import { startDelivery, type Delivery } from '../../../workers/delivery/start.ts';
import { eventually, queue, temporaryLedger } from '../ledger.ts';
import { bundleOf, destination, listening, startPartners, type Partners } from '../partners.ts';

let ledger: Ledger;
let ending: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  const temporary = await temporaryLedger();
  ledger = temporary.ledger;
  ending = [temporary.end];
});
afterEach(async () => {
  for (const end of ending.reverse()) await end();
});

const partners = async (port?: number): Promise<Partners> => {
  const started = await startPartners(port);
  ending.push(started.end);
  return started;
};

function deliverTo(...destinations: readonly Destination[]): Delivery {
  const delivery = startDelivery({
    ledger,
    region: { destinations: [...destinations] },
    secrets: () => undefined,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
  });
  ending.push(() => delivery.stop());
  return delivery;
}

const ecdOf = (started: Partners, over: object = {}): Destination =>
  destination('ecd', `${started.base}/ecd/fhir`, over);

/** A receiver of our own, for what the sandbox does not do. */
async function receiver(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  const port = await listening(server);
  ending.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return `http://127.0.0.1:${port}/fhir`;
}

const settled = async (): Promise<boolean> => {
  const { pending, received } = await ledger.reconciliation();
  return received > 0 && pending === 0;
};
const one = async (messageId: string | undefined) => {
  const [delivery] = await ledger.deliveries(messageId ?? '');
  if (delivery === undefined) throw new Error('no delivery');
  return delivery;
};

describe('a delivery', () => {
  test('arrives with the headers a receiver relies on, the same on every attempt', async () => {
    const seen: { headers: NodeJS.Dict<string | string[]>; body: string; method: string; url: string }[] = [];
    const base = await receiver((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        seen.push({ headers: req.headers, body, method: req.method ?? '', url: req.url ?? '' });
        res.writeHead(seen.length === 1 ? 503 : 200).end('{}');
      });
    });
    const [id] = await queue(ledger, [{ destination: 'ecd', lane: 'p', body: bundleOf('a', 1) }]);
    deliverTo(destination('ecd', base));
    await eventually(settled);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/fhir' });
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/fhir+json',
      accept: 'application/fhir+json',
      'x-request-id': id,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(seen[0]?.headers['authorization']).toBeUndefined();
    expect(await one(id)).toMatchObject({ status: 'delivered', attempts: 2, responseStatus: 200, lastError: null });
  });

  test('refused with 422 is dead at once, with the receiver’s masked words, and the next of its lane goes', async () => {
    const base = await receiver((req, res) => {
      req.resume().on('end', () => {
        if (served++ > 0) res.writeHead(201).end();
        else {
          const details = { text: 'BSN 999900006 is unknown' };
          const issue = [{ severity: 'error', code: 'value', details }];
          res.writeHead(422).end(JSON.stringify({ resourceType: 'OperationOutcome', issue }));
        }
      });
    });
    let served = 0;
    const sending = { destination: 'ecd', lane: 'p', body: '{}' };
    const [first, second] = await queue(ledger, [sending, sending]);
    deliverTo(destination('ecd', base));
    await eventually(settled);
    const dead = await one(first);
    expect(dead).toMatchObject({ status: 'dead', attempts: 1, responseStatus: 422 });
    expect(dead.lastError).toEqual({
      class: 'permanent',
      code: 'http-422',
      text: 'the receiver answered 422: value: BSN *** is unknown',
    });
    expect(await one(second)).toMatchObject({ status: 'delivered' });
  });

  test('refused with 401 is asked once more at once, and then retried like a 5xx', async () => {
    let calls = 0;
    const base = await receiver((req, res) => {
      req.resume().on('end', () => res.writeHead(++calls < 4 ? 401 : 200).end());
    });
    const [id] = await queue(ledger, [{ destination: 'ecd', lane: 'p', body: '{}' }]);
    deliverTo(destination('ecd', base));
    await eventually(settled);
    expect(calls).toBe(4);
    expect(await one(id)).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  test('is dead after giveUpHours', async () => {
    const base = await receiver((req, res) => void req.resume().on('end', () => res.writeHead(500).end()));
    const [id] = await queue(ledger, [{ destination: 'ecd', lane: 'p', body: '{}' }]);
    deliverTo(destination('ecd', base, { retry: { firstDelayMs: 20, maxDelayMs: 50, giveUpHours: 0.5 / 3_600 } }));
    await eventually(settled);
    const dead = await one(id);
    expect(dead).toMatchObject({ status: 'dead', lastError: { class: 'transient', code: 'http-500' } });
    expect(dead.attempts).toBeGreaterThan(2);
  });

  test('without an answer is ambiguous, and is sent again under the same key', async () => {
    const started = await partners();
    await started.fault('ecd', { delayMs: 2_000 });
    const [id] = await queue(ledger, [{ destination: 'ecd', lane: 'p', body: bundleOf('a', 1) }]);
    deliverTo(ecdOf(started, { timeoutMs: 800, retry: { firstDelayMs: 2_000, maxDelayMs: 2_000, giveUpHours: 1 } }));
    await eventually(async () => (await one(id)).status === 'retrying');
    expect((await one(id)).lastError).toMatchObject({ class: 'ambiguous', code: 'timeout' });
    await eventually(settled);
    await eventually(async () => (await started.received('ecd')).length >= 2);
    const effects = (await started.received('ecd')).filter(({ replayed }) => !replayed);
    expect(effects).toHaveLength(1);
  });
});

describe('order and independence', () => {
  test('1,000 messages with every 20th call failing: 1,000 effects, order kept in every lane', async () => {
    const started = await partners();
    await started.fault('ecd', { status: 503, every: 20, times: 20 });
    await started.fault('ecd', { dropConnection: true, every: 20, times: 20 });
    await started.fault('ecd', { status: 429, every: 20, times: 1_000 });
    const lanes = 50;
    const sendings = Array.from({ length: 1_000 }, (_, n) => ({
      destination: 'ecd',
      lane: `patient-${n % lanes}`,
      body: bundleOf(`result-${n % lanes}`, n),
    }));
    const ids = await queue(ledger, sendings);
    deliverTo(ecdOf(started));
    await eventually(settled, 60_000);
    expect(await ledger.reconciliation()).toMatchObject({ delivered: 1_000, dead: 0 });

    const received = await started.received('ecd');
    const effects = received.filter(({ status, replayed }) => !replayed && (status === 200 || status === 0));
    expect(received.filter(({ status }) => status === 0)).toHaveLength(20);
    expect(new Set(effects.map(({ requestId }) => requestId)).size).toBe(1_000);
    expect(effects).toHaveLength(1_000);
    const sequence = new Map(ids.map((id, n) => [id, n]));
    for (let lane = 0; lane < lanes; lane += 1) {
      const order = effects
        .map(({ requestId }) => sequence.get(requestId ?? '') ?? -1)
        .filter((n) => n % lanes === lane);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    const { body } = await started.get('/ecd/fhir/Observation?_count=100');
    expect(body).toMatchObject({ total: lanes });
  }, 90_000);

  test('one patient’s trouble never holds up another’s', async () => {
    const base = await receiver((req, res) => {
      req.resume().on('end', () => res.writeHead(req.headers['x-request-id'] === poisoned ? 500 : 200).end());
    });
    const [poisoned, behind, ...others] = await queue(ledger, [
      { destination: 'ecd', lane: 'poisoned', body: '{}' },
      { destination: 'ecd', lane: 'poisoned', body: '{}' },
      ...Array.from({ length: 40 }, (_, n) => ({ destination: 'ecd', lane: `patient-${n}`, body: '{}' })),
    ]);
    deliverTo(destination('ecd', base, { concurrency: 1 }));
    await eventually(async () => (await ledger.reconciliation()).delivered === others.length);
    expect(await one(poisoned)).toMatchObject({ status: 'retrying' });
    expect(await one(behind)).toMatchObject({ status: 'waiting', attempts: 0 });
  });

  test('one destination down never slows another', async () => {
    const started = await partners();
    await queue(
      ledger,
      Array.from({ length: 60 }, (_, n) => ({
        destination: n % 2 === 0 ? 'down' : 'ecd',
        lane: `patient-${n}`,
        body: bundleOf(`r${n}`, n),
      })),
    );
    deliverTo(destination('down', 'http://127.0.0.1:9/fhir'), ecdOf(started));
    await eventually(async () => (await ledger.reconciliation()).delivered === 30, 5_000);
  });

  test('a destination down from the start gets everything, in order, when it comes back', async () => {
    const first = await startPartners();
    const port = Number(new URL(first.base).port);
    await first.end();
    const ids = await queue(
      ledger,
      Array.from({ length: 20 }, (_, n) => ({ destination: 'ecd', lane: 'p', body: bundleOf('r', n) })),
    );
    deliverTo(destination('ecd', `http://127.0.0.1:${port}/sandbox/ecd/fhir`));
    await eventually(async () => (await one(ids[0])).attempts >= 2);
    expect((await one(ids[0])).lastError).toMatchObject({ class: 'transient', code: 'ECONNREFUSED' });
    const started = await partners(port);
    await eventually(settled);
    expect((await started.received('ecd')).map(({ requestId }) => requestId)).toEqual(ids);
  });
});

describe('pace', () => {
  test('never more calls side by side than the concurrency', async () => {
    let open = 0;
    let most = 0;
    const base = await receiver((req, res) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        res.end();
      }, 20);
    });
    await queue(
      ledger,
      Array.from({ length: 40 }, (_, n) => ({ destination: 'ecd', lane: `p${n}`, body: '{}' })),
    );
    deliverTo(destination('ecd', base, { concurrency: 4 }));
    await eventually(settled);
    expect(most).toBe(4);
  });

  test('never faster than the rate', async () => {
    const times: number[] = [];
    const base = await receiver((req, res) => {
      times.push(performance.now());
      req.resume().on('end', () => res.end());
    });
    await queue(
      ledger,
      Array.from({ length: 40 }, (_, n) => ({ destination: 'ecd', lane: `p${n}`, body: '{}' })),
    );
    deliverTo(destination('ecd', base, { ratePerSecond: 40 }));
    await eventually(settled);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(850);
  });

  test('a nudge is enough for what was stored later to leave at once', async () => {
    const started = await partners();
    const delivery = deliverTo(ecdOf(started));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await queue(ledger, [{ destination: 'ecd', lane: 'p', body: bundleOf('a', 1) }]);
    delivery.nudge('ecd');
    await eventually(settled, 6_000);
  });
});

describe('trouble of our own', () => {
  test('a ledger that is away pauses the work, and nothing is lost or repeated', async () => {
    const started = await partners();
    let away = true;
    const failing: Pick<Ledger, 'claim' | 'nextDue' | 'settle'> = {
      claim: (...args) => (away ? Promise.reject(new Error('away')) : ledger.claim(...args)),
      nextDue: (...args) => ledger.nextDue(...args),
      settle: (...args) => (Math.random() < 0.3 ? Promise.reject(new Error('away')) : ledger.settle(...args)),
    };
    await queue(
      ledger,
      Array.from({ length: 10 }, (_, n) => ({ destination: 'ecd', lane: 'p', body: bundleOf('a', n) })),
    );
    const names: string[] = [];
    const log = { event: (name: string) => void names.push(name), failure: (name: string) => void names.push(name) };
    const delivery = startDelivery({
      ledger: failing,
      region: { destinations: [ecdOf(started)] },
      secrets: () => undefined,
      clock: systemClock,
      random: () => 0.1,
      log,
    });
    ending.push(() => delivery.stop());
    await eventually(() => names.includes('delivery.ledger-away'));
    away = false;
    await eventually(settled);
    expect(names).toContain('delivery.ledger-back');
    expect((await started.received('ecd')).map(({ replayed }) => replayed)).toEqual(Array(10).fill(false));
  });

  test('a delivery cancelled while it was on its way is left as it is', async () => {
    const started = await partners();
    await started.fault('ecd', { delayMs: 300 });
    const [id] = await queue(ledger, [{ destination: 'ecd', lane: 'p', body: bundleOf('a', 1) }]);
    const delivery = deliverTo(ecdOf(started));
    await eventually(async () => (await one(id)).status === 'sending');
    await ledger.write((tx) => tx.cancelLane('ecd', 'p', new Date().toISOString()));
    await delivery.stop();
    expect(await one(id)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a stop', () => {
  test('lets what is under way end, takes nothing new, and leaves the rest waiting', async () => {
    const started = await partners();
    await started.fault('ecd', { delayMs: 300 });
    const ids = await queue(
      ledger,
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
    const [id] = await queue(ledger, [{ destination: 'ecd', lane: 'p', body: '{}' }]);
    const delivery = startDelivery({
      ledger,
      region: { destinations: [destination('ecd', base, { timeoutMs: 60_000 })] },
      secrets: () => undefined,
      clock: systemClock,
      random: Math.random,
      log: silentLog,
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
