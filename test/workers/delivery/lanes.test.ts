import { systemClock } from '../../../gateway/clock.ts';
import { startMllpHospital } from '../../../gateway/sandbox/mllp-hospital.ts';
import {
  deliverTo,
  ecdOf,
  endWith,
  one,
  partners,
  receiver,
  settled,
  theLedger,
  setUpDelivering,
} from '../delivering.ts';
import { eventually, queue } from '../ledger.ts';
import { bundleOf, destination, hospitalAt, startPartners } from '../partners.ts';

setUpDelivering();

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
    const ids = await queue(theLedger(), sendings);
    deliverTo(ecdOf(started));
    await eventually(settled, 60_000);
    expect(await theLedger().reconciliation()).toMatchObject({ delivered: 1_000, dead: 0 });

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
    const [poisoned, behind, ...others] = await queue(theLedger(), [
      { destination: 'ecd', lane: 'poisoned', body: '{}' },
      { destination: 'ecd', lane: 'poisoned', body: '{}' },
      ...Array.from({ length: 40 }, (_, n) => ({ destination: 'ecd', lane: `patient-${n}`, body: '{}' })),
    ]);
    deliverTo(destination('ecd', base, { concurrency: 1 }));
    await eventually(async () => (await theLedger().reconciliation()).delivered === others.length);
    expect((await one(poisoned)).status).toMatch(/^(retrying|sending)$/);
    expect(await one(behind)).toMatchObject({ status: 'waiting', attempts: 0 });
  });

  test('one destination down never slows another', async () => {
    const started = await partners();
    await queue(
      theLedger(),
      Array.from({ length: 60 }, (_, n) => ({
        destination: n % 2 === 0 ? 'down' : 'ecd',
        lane: `patient-${n}`,
        body: bundleOf(`r${n}`, n),
      })),
    );
    deliverTo(destination('down', 'http://127.0.0.1:9/fhir'), ecdOf(started));
    await eventually(async () => (await theLedger().reconciliation()).delivered === 30, 15_000);
  });

  test('a destination down from the start gets everything, in order, when it comes back', async () => {
    const first = await startPartners();
    const port = Number(new URL(first.base).port);
    await first.end();
    const ids = await queue(
      theLedger(),
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

describe('a destination that speaks HL7 v2', () => {
  const message = (controlId: string): string =>
    `MSH|^~\\&|WK|WK|EPD|HOSP|20261122110000+0100||RRI^I12|${controlId}|P|2.5\rRF1|A\r`;

  test('gets everything in order, and again what it left unanswered', async () => {
    const hospital = await startMllpHospital({ host: '127.0.0.1', port: 0, clock: systemClock });
    const ids = Array.from({ length: 12 }, (_, n) => `C${n}`);
    const { port } = hospital;
    await queue(
      theLedger(),
      ids.map((id) => ({ destination: 'epd', lane: 'p', body: message(id), mediaType: 'application/hl7-v2' })),
    );
    const retry = { firstDelayMs: 20, maxDelayMs: 100, giveUpHours: 1 };
    deliverTo(hospitalAt(port, { retry }));
    await eventually(() => hospital.messages().length >= 5);
    const before = hospital.messages().map(({ controlId }) => controlId);
    await hospital.stop();
    const again = await startMllpHospital({ host: '127.0.0.1', port, clock: systemClock });
    endWith(() => again.stop());
    await eventually(settled);
    expect(await theLedger().reconciliation()).toMatchObject({ delivered: 12, dead: 0 });
    const after = again.messages().map(({ controlId }) => controlId);
    expect([...new Set([...before, ...after])]).toEqual(ids);
    expect(before.length + after.length).toBeLessThanOrEqual(13);
  });
});
