import { deliverTo, ecdOf, one, partners, receiver, settled, theLedger, setUpDelivering } from '../delivering.ts';
import { eventually, queue } from '../ledger.ts';
import { bundleOf, destination } from '../partners.ts';

setUpDelivering();

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
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: bundleOf('a', 1) }]);
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
    const [first, second] = await queue(theLedger(), [sending, sending]);
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
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: '{}' }]);
    deliverTo(destination('ecd', base));
    await eventually(settled);
    expect(calls).toBe(4);
    expect(await one(id)).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  test('is dead after giveUpHours', async () => {
    const base = await receiver((req, res) => void req.resume().on('end', () => res.writeHead(500).end()));
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: '{}' }]);
    deliverTo(destination('ecd', base, { retry: { firstDelayMs: 20, maxDelayMs: 50, giveUpHours: 0.5 / 3_600 } }));
    await eventually(settled);
    const dead = await one(id);
    expect(dead).toMatchObject({ status: 'dead', lastError: { class: 'transient', code: 'http-500' } });
    expect(dead.attempts).toBeGreaterThan(2);
  });

  test('without an answer is ambiguous, and is sent again under the same key', async () => {
    const started = await partners();
    await started.fault('ecd', { delayMs: 2_000 });
    const [id] = await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: bundleOf('a', 1) }]);
    deliverTo(ecdOf(started, { timeoutMs: 800, retry: { firstDelayMs: 2_000, maxDelayMs: 2_000, giveUpHours: 1 } }));
    await eventually(async () => (await one(id)).status === 'retrying');
    expect((await one(id)).lastError).toMatchObject({ class: 'ambiguous', code: 'timeout' });
    await eventually(settled);
    await eventually(async () => (await started.received('ecd')).length >= 2);
    const effects = (await started.received('ecd')).filter(({ replayed }) => !replayed);
    expect(effects).toHaveLength(1);
  });
});

describe('a destination that would not know a repeated request', () => {
  test('is not asked twice: the delivery is parked, and the next of its lane goes', async () => {
    let calls = 0;
    const base = await receiver((req, res) => {
      calls += 1;
      if (calls === 1) req.socket.destroy();
      else req.resume().on('end', () => res.writeHead(200).end());
    });
    const sending = { destination: 'ecd', lane: 'p', body: '{}' };
    const [first, second] = await queue(theLedger(), [sending, sending]);
    deliverTo(destination('ecd', base, { idempotency: 'none' }));
    await eventually(async () => (await one(second)).status === 'delivered');
    expect(await one(first)).toMatchObject({ status: 'parked', attempts: 1, lastError: { class: 'ambiguous' } });
    expect(await theLedger().message(first ?? '')).toMatchObject({ status: 'parked' });
    expect((await theLedger().events(first ?? '')).map(({ event }) => event)).toContain('parked');
    expect(calls).toBe(2);
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
      theLedger(),
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
      theLedger(),
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
    await queue(theLedger(), [{ destination: 'ecd', lane: 'p', body: bundleOf('a', 1) }]);
    delivery.nudge('ecd');
    await eventually(settled, 6_000);
  });
});
