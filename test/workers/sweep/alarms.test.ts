import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import type { Log } from '../../../gateway/log.ts';
import { createAlarmLook } from '../../../workers/sweep/alarms.ts';
import { createTeller } from '../../../workers/sweep/webhook.ts';
import { coalition } from '../../setup/coalition.ts';
import { eventually, newMessage, queue, temporaryLedger } from '../ledger.ts';

let ledger: Ledger;
let end: () => Promise<void>;
let server: Server;
let status = 200;
const told: Record<string, unknown>[] = [];
const keys = new Set<string | undefined>();
const logged: string[] = [];
let ahead = 0;
const clock = { now: () => new Date(Date.now() + ahead) };
const log: Log = {
  event: (name, fields) => void logged.push(`${name} ${String(fields?.kind)}`),
  failure: () => undefined,
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      keys.add(request.headers.authorization);
      if (status === 200) told.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void server.close());
beforeEach(async () => {
  ({ ledger, end } = await temporaryLedger());
  told.length = 0;
  logged.length = 0;
  status = 200;
  ahead = 0;
});
afterEach(() => end());

const webhook = { urlEnv: 'ALARM_URL', keyEnv: 'ALARM_KEY' };
const region = coalition('http://127.0.0.1:9/fhir', {
  ecd: { maxOpen: 3 },
  more: { alarms: { oldestWaitingMinutes: 10, deadLetters: 2, webhook } },
});
const secrets = (name: string): string | undefined =>
  name === 'ALARM_KEY' ? 'alarm-key' : `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`;
const deps = () => ({ ledger, clock, log, region, secrets });
const raised = async (): Promise<string[]> =>
  (await ledger.alarms()).map(({ kind, subject, count }) => `${kind} ${subject} ${count}`);
const waiting = (lane: string) => ({ destination: 'ecd', lane, body: '{}' });

describe('alarms', () => {
  test('are raised for what has waited too long and for a full backlog, and cleared when it is over', async () => {
    const look = createAlarmLook(deps());
    await queue(ledger, [waiting('a'), waiting('b'), waiting('c')]);
    await look();
    expect(await raised()).toEqual(['backlog-full ecd 1']);
    ahead = 11 * 60_000;
    await look();
    await look();
    expect(await raised()).toEqual(['backlog-full ecd 1', 'oldest-waiting ecd 1']);
    await ledger.write((tx) => tx.cancelLane('ecd', 'a', clock.now().toISOString()));
    await look();
    expect(await raised()).toEqual(['oldest-waiting ecd 1']);
    expect(logged).toEqual(['alarm.raised backlog-full', 'alarm.raised oldest-waiting', 'alarm.cleared backlog-full']);
  });

  test('are raised for an open breaker, until an attempt goes well', async () => {
    const look = createAlarmLook(deps());
    await queue(ledger, [waiting('a'), waiting('b')]);
    const claim = await ledger.claim({
      destination: 'ecd',
      now: clock.now().toISOString(),
      limit: 1,
      leaseUntil: null,
      concurrency: 8,
      ratePerSecond: 50,
    });
    const [first] = claim.deliveries;
    if (first === undefined) throw new Error('nothing to claim');
    const at = clock.now().toISOString();
    const openUntil = new Date(Date.now() + 60_000).toISOString();
    const held = { id: first.id, attempt: first.attempts };
    const error = { class: 'transient', code: 'http-503', text: 'away' } as const;
    const retry = { outcome: 'retry', at, nextAttemptAt: at, error, responseStatus: 503 } as const;
    await ledger.settle(held, retry, () => ({ failures: 10, lane: null, openings: 1, openUntil }));
    await look();
    expect(await raised()).toEqual(['breaker-open ecd 1']);
  });

  test('are raised for dead letters from the set number on, and again only when there are twice as many', async () => {
    const look = createAlarmLook(deps());
    const die = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) await ledger.write((tx) => tx.insertMessage(newMessage({ status: 'dead' })));
      await look();
    };
    for (const count of [1, 1, 1, 1, 1]) await die(count);
    expect((await ledger.alarmNotices(10)).map(({ count }) => count)).toEqual([2, 4]);
    expect(await raised()).toEqual(['dead-letters  4']);
  });

  test('are told to the webhook in order, with ids and codes alone', async () => {
    const look = createAlarmLook(deps());
    const tell = createTeller(deps());
    const [id = ''] = await queue(ledger, [waiting('a')]);
    ahead = 11 * 60_000;
    await look();
    await ledger.write((tx) => tx.cancelOpenDeliveries(id, clock.now().toISOString()));
    await look();
    await tell();
    expect(told.map(({ at, ...rest }) => ({ ...rest, at: typeof at }))).toEqual([
      { region: 'test', alarm: 'oldest-waiting', subject: 'ecd', state: 'raised', count: 1, at: 'string' },
      { region: 'test', alarm: 'oldest-waiting', subject: 'ecd', state: 'cleared', count: 0, at: 'string' },
    ]);
    expect([...keys]).toEqual(['Bearer alarm-key']);
    expect(await ledger.alarmNotices(10)).toEqual([]);
  });

  test('wait for a webhook that fails, are told when it is back, and keep nobody waiting', async () => {
    const look = createAlarmLook(deps());
    const clocked = jest.spyOn(performance, 'now');
    try {
      const tell = createTeller(deps());
      await queue(ledger, [waiting('a')]);
      ahead = 11 * 60_000;
      await look();
      status = 500;
      await tell();
      await tell();
      expect(logged.filter((line) => line.startsWith('alarm.webhook-failed'))).toHaveLength(1);
      expect(await ledger.alarmNotices(10)).toHaveLength(1);
      status = 200;
      const real = Date.now();
      clocked.mockImplementation(() => Date.now() - real + 3_600_000_000);
      await tell();
      await eventually(() => told.length === 1);
    } finally {
      clocked.mockRestore();
    }
  });

  test('without a webhook are forgotten once raised and logged, and stale ones are not told', async () => {
    const look = createAlarmLook(deps());
    await queue(ledger, [waiting('a')]);
    ahead = 11 * 60_000;
    await look();
    ahead += 25 * 3_600_000;
    await createTeller(deps())();
    expect(told).toEqual([]);
    expect(await ledger.alarmNotices(10)).toEqual([]);
    expect(await raised()).toEqual(['oldest-waiting ecd 1']);
  });
});
