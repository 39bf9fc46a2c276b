import { UnreadableCursor, type StoredDelivery } from '../../../gateway/ledger/ledger.ts';
import { openDoors, stored, type Doorway } from './stand-in.ts';

let doors: Doorway;
afterEach(() => doors.stop());

const ID = stored().id;
const get = (path: string, key?: string): Promise<Response> =>
  fetch(doors.url + path, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
const post = (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(doors.url + path, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
  });

const delivery: StoredDelivery = {
  id: 'd-1',
  seq: 7,
  messageId: ID,
  kind: 'lab-result',
  destination: 'ecd',
  lane: 'patient-1',
  status: 'retrying',
  attempts: 2,
  createdAt: '2026-11-20T12:00:01.000Z',
  nextAttemptAt: '2026-11-20T12:00:05.000Z',
  lastError: { class: 'transient', code: '503', text: 'away' },
  deliveredAt: null,
  responseStatus: 503,
};

describe('messages', () => {
  it('are told with the fields of the contract, and nothing internal', async () => {
    doors = await openDoors();
    doors.kept.deliveries.push(delivery);
    const response = await get(`/messages/${ID}`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const told = (await response.json()) as Record<string, unknown>;
    expect(told).toEqual({
      id: ID,
      receivedAt: '2026-11-20T12:00:01.000Z',
      source: 'sandbox-hospital',
      door: 'fhir',
      type: 'Bundle/transaction',
      controlId: 'B-1',
      flow: 'lab-result',
      status: 'pending',
      warnings: [],
      mapping: { id: 'lab-fhir', version: '1.0.0' },
      task: null,
      deliveries: [
        {
          id: 'd-1',
          kind: 'lab-result',
          destination: 'ecd',
          status: 'retrying',
          attempts: 2,
          nextAttemptAt: '2026-11-20T12:00:05.000Z',
          lastError: { class: 'transient', code: '503', text: 'away' },
          deliveredAt: null,
          responseStatus: 503,
        },
      ],
      events: [{ at: '2026-11-20T13:00:00.000Z', event: 'received', detail: null }],
    });
  });

  it('tell their refusal when there is one', async () => {
    doors = await openDoors();
    const refusal = { httpStatus: 422, code: 'value', ackCode: 'AE', location: 'PID-3', text: 'fails the elfproef' };
    doors.kept.messages[0] = stored({ status: 'refused', refusal });
    expect(await (await get(`/messages/${ID}`)).json()).toMatchObject({ status: 'refused', refusal });
  });

  it('are listed by everything but a patient, with instants brought to UTC', async () => {
    doors = await openDoors();
    const query = new URLSearchParams({
      status: 'held',
      flow: 'lab-result',
      source: 'lab',
      type: 'ORU^R01',
      controlId: 'X-1',
      since: '2026-11-20T14:05:00+01:00',
      until: '2026-11-21T00:00:00Z',
      limit: '200',
      cursor: 'abc_123',
    });
    const response = await get(`/messages?${query.toString()}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ items: [{ id: ID, deliveries: [] }], next: null });
    expect(doors.kept.filters).toEqual([
      {
        status: 'held',
        flow: 'lab-result',
        source: 'lab',
        type: 'ORU^R01',
        controlId: 'X-1',
        since: '2026-11-20T13:05:00.000Z',
        until: '2026-11-21T00:00:00.000Z',
        limit: 200,
        cursor: 'abc_123',
      },
    ]);
  });

  it('come fifty to a page unless told', async () => {
    doors = await openDoors();
    await get('/messages');
    await post('/messages/search');
    expect(doors.kept.filters).toEqual([{ limit: 50 }, { limit: 50 }]);
  });

  it('are found by BSN in a body only', async () => {
    doors = await openDoors();
    expect((await post('/messages/search', { bsn: '999900006', limit: 5 })).status).toBe(200);
    expect(doors.kept.filters).toEqual([{ bsn: '999900006', limit: 5 }]);
    const inUrl = await get('/messages?bsn=999900006');
    expect(inUrl.status).toBe(400);
    expect(await inUrl.text()).not.toContain('999900006');
    expect((await fetch(`${doors.url}/messages/search?bsn=999900006`, { method: 'POST' })).status).toBe(400);
  });

  it.each([
    ['limit=0', 'query.limit'],
    ['limit=201', 'query.limit'],
    ['limit=many', 'query.limit'],
    ['status=lost', 'query.status'],
    ['since=yesterday', 'query.since'],
    ['since=2026-11-20T14:05:00', 'query.since'],
    ['status=held&status=dead', 'query.status'],
    ['patient=1', 'query.patient'],
    ['cursor=%00', 'query.cursor'],
  ])('refuse %s at %s', async (query, location) => {
    doors = await openDoors();
    const response = await get(`/messages?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid', location } });
  });

  it.each([
    ['{"bsn": 999900006}', 'body.bsn'],
    ['{"bsn": "1"}', 'body.bsn'],
    ['{"__proto__": {"x": 1}}', 'body.__proto__'],
    ['{"Anna de Vries": 1}', 'body'],
    ['[]', 'body'],
    ['{"bsn"', 'body'],
    ['['.repeat(8_000), 'body'],
  ])('refuse the search %s at %s', async (body, location) => {
    doors = await openDoors();
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${doors.url}/messages/search`, { method: 'POST', body, headers });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { location } });
  });

  it('refuse a search that is too long', async () => {
    doors = await openDoors();
    expect((await post('/messages/search', { source: 'x'.repeat(20_000) })).status).toBe(413);
  });

  it('refuse a cursor that no page ended with', async () => {
    doors = await openDoors();
    doors.kept.filters.push = () => {
      throw new UnreadableCursor();
    };
    const response = await get('/messages?cursor=abc');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { location: 'cursor' } });
  });

  it('are 404 in JSON when nobody knows them', async () => {
    doors = await openDoors();
    for (const path of ['/messages/x', '/messages/x/raw', '/messages/x/mapped', '/messages/x/explain']) {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: 'not-found' } });
    }
  });

  it('give back the bytes and the media type they came with', async () => {
    doors = await openDoors();
    const bytes = Uint8Array.of(0x4d, 0x53, 0x48, 0xeb, 0x0d);
    doors.kept.raw = { mediaType: 'application/hl7-v2', bytes };
    const response = await get(`/messages/${ID}/raw`);
    expect(response.headers.get('content-type')).toBe('application/hl7-v2');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect((await get(`/messages/${ID}/mapped`)).status).toBe(404);
  });

  it('explain themselves', async () => {
    const explanation = { mapping: { id: 'lab-oru', version: '1.0.0' }, values: [], unused: [] };
    doors = await openDoors({ explain: async () => explanation });
    expect(await (await get(`/messages/${ID}/explain`)).json()).toEqual(explanation);
  });
});

describe('replay', () => {
  it('makes new deliveries, by the current mapping unless told', async () => {
    const asked: unknown[] = [];
    doors = await openDoors({
      replay: async (id, how) => {
        asked.push([id, how]);
        return { ok: true, deliveries: ['d-9'] };
      },
    });
    const response = await post(`/messages/${ID}/replay`);
    expect(await response.json()).toEqual({ deliveries: ['d-9'] });
    await post(`/messages/${ID}/replay?mapping=original`, { force: true });
    expect(asked).toEqual([
      [ID, { mapping: 'current', force: false }],
      [ID, { mapping: 'original', force: true }],
    ]);
  });

  it('tells of a dry run what would differ, and sends nothing; values to the operator alone', async () => {
    const asked: unknown[] = [];
    const as = (key: string) => ({ authorization: `Bearer ${key}` });
    doors = await openDoors({
      settings: { operatorKey: 'operator-key', integratorKey: 'integrator-key' },
      replay: () => Promise.reject(new Error('sent')),
      rehearse: async (id, how) => {
        asked.push([id, how]);
        return {
          ok: true,
          difference: [{ path: 'Bundle.type', expected: '"batch"', got: '"x"', by: 'bundle from constant' }],
        };
      },
    });
    const response = await post(`/messages/${ID}/replay?dryRun=true`, {}, as('operator-key'));
    const told = ['Bundle.type: expected "batch", got "x" [bundle from constant]'];
    expect(await response.json()).toEqual({ deliveries: [], difference: told });
    const other = await post(`/messages/${ID}/replay?dryRun=true&mapping=original`, {}, as('integrator-key'));
    expect(await other.json()).toEqual({ deliveries: [], difference: ['Bundle.type [bundle from constant]'] });
    expect(asked).toEqual([
      [ID, { mapping: 'current' }],
      [ID, { mapping: 'original' }],
    ]);
    expect((await post(`/messages/${ID}/replay?dryRun=perhaps`, {}, as('operator-key'))).status).toBe(400);
  });

  it('names the newer message that already changed the same thing', async () => {
    doors = await openDoors({ replay: async () => ({ ok: false, reason: 'newer-message', newer: 'm-2' }) });
    const response = await post(`/messages/${ID}/replay`);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ newer: 'm-2', error: { code: 'newer-message' } });
  });

  it('says why not', async () => {
    doors = await openDoors({ replay: async () => ({ ok: false, reason: 'not-replayable', text: 'it is held' }) });
    const response = await post(`/messages/${ID}/replay`);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: { code: 'not-replayable', text: 'it is held' } });
    expect((await post(`/messages/${ID}/replay?mapping=best`)).status).toBe(400);
    expect((await post(`/messages/${ID}/replay`, { force: 'yes' })).status).toBe(400);
  });
});

describe('the whole', () => {
  it('reconciles: received is the sum of the rest', async () => {
    doors = await openDoors();
    const { received, balanced, ...rest } = (await (await get('/reconciliation')).json()) as Record<string, number>;
    expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(received);
    expect(balanced).toBe(true);
  });

  it('tells every destination of the region, with its lag', async () => {
    doors = await openDoors();
    const { items } = (await (await get('/destinations')).json()) as { items: { id: string }[] };
    expect(items.find(({ id }) => id === 'ecd')).toMatchObject({ health: 'behind', lagSeconds: 120, waiting: 2 });
    expect(items.length).toBeGreaterThan(1);
  });

  it('tells of a destination that it is paused, and what its breaker allows', async () => {
    doors = await openDoors();
    const ecd = async (): Promise<unknown> =>
      ((await (await get('/destinations')).json()) as { items: { id: string }[] }).items.find(({ id }) => id === 'ecd');
    expect(await ecd()).toMatchObject({ pausedAt: null, breaker: { state: 'closed', openUntil: null } });
    doors.kept.openUntil = '2026-11-20T13:00:30.000Z';
    expect(await ecd()).toMatchObject({ health: 'failing', breaker: { state: 'open' } });
    doors.kept.openUntil = '2026-11-20T12:59:00.000Z';
    expect(await ecd()).toMatchObject({ health: 'failing', breaker: { state: 'half-open' } });
    const paused = await post('/destinations/ecd/pause');
    expect(paused.status).toBe(200);
    expect(await paused.json()).toMatchObject({ id: 'ecd', health: 'paused', pausedAt: '2026-11-20T13:00:00.000Z' });
    expect(await (await post('/destinations/ecd/resume')).json()).toMatchObject({ health: 'failing', pausedAt: null });
    expect((await post('/destinations/nobody/pause')).status).toBe(404);
    expect((await post('/destinations/ecd/pause', { until: 'tomorrow' })).status).toBe(400);
  });

  it('tells enrolments, without saying whose they are', async () => {
    doors = await openDoors();
    doors.kept.enrolments.push({
      id: 'e-1',
      wijkkliniek: 'wijkkliniek-sandbox',
      patient: 'patient-1',
      status: 'active',
      task: 't-1',
      messageId: 'm-1',
      requestedAt: '2026-11-20T12:00:00.000Z',
      activeAt: '2026-11-20T12:30:00.000Z',
      endedAt: null,
    });
    const told = {
      items: [
        {
          id: 'e-1',
          wijkkliniek: 'wijkkliniek-sandbox',
          status: 'active',
          task: 'Task/t-1',
          requestedAt: '2026-11-20T12:00:00.000Z',
          activeAt: '2026-11-20T12:30:00.000Z',
          endedAt: null,
        },
      ],
      next: null,
    };
    expect(await (await get('/enrolments?status=active')).json()).toEqual(told);
    expect(await (await post('/enrolments/search', { bsn: '999900006' })).json()).toEqual(told);
    expect((await get('/enrolments?bsn=999900006')).status).toBe(400);
  });

  it('lists codes without a translation, by source when asked', async () => {
    doors = await openDoors();
    const code = (source: string) => ({
      source,
      system: 'https://example.org/lab-codes',
      code: '266',
      text: 'Kalium',
      count: 3,
      firstSeen: '2026-11-20T12:00:00.000Z',
      lastSeen: '2026-11-20T12:30:00.000Z',
    });
    doors.kept.unmapped.push(code('lab'), code('seh'));
    expect(await (await get('/terminology/unmapped')).json()).toEqual({
      items: [code('lab'), code('seh')],
      next: null,
    });
    expect(await (await get('/terminology/unmapped?source=seh')).json()).toEqual({ items: [code('seh')], next: null });
    expect((await get('/terminology/unmapped?system=x')).status).toBe(400);
  });

  it('counts for Prometheus', async () => {
    doors = await openDoors();
    await get('/messages/x');
    const text = await (await get('/metrics')).text();
    expect(text).toContain('gateway_messages{status="delivered"} 3');
    expect(text).toContain('gateway_reconciliation_balanced 1');
    expect(text).toContain('gateway_deliveries{destination="ecd",status="waiting"} 2');
    expect(text).toContain('gateway_oldest_waiting_seconds{destination="ecd"} 120');
    expect(text).toContain('gateway_lane_depth{destination="ecd"} 3');
    expect(text).toContain('gateway_breaker{destination="ecd",state="closed"} 1');
    expect(text).toContain('gateway_destination_paused{destination="ecd"} 0');
    expect(text).toContain('gateway_source_open{source="sandbox-hospital"} 4');
    expect(text).toContain('gateway_alarm{alarm="dead-letters",subject=""} 1');
    expect(text).toContain('gateway_http_requests_total{method="GET",route="/messages/:id",status="404"} 1');
  });
});

describe('health', () => {
  it('is live, and ready when a write reaches the disk', async () => {
    doors = await openDoors();
    expect((await get('/health/live')).status).toBe(200);
    expect(await (await get('/health/ready')).json()).toEqual({ status: 'ready', ledger: true });
  });

  it('is not ready when the threads that map end again and again', async () => {
    let looks = true;
    doors = await openDoors({ looks: () => looks });
    expect(await (await get('/health/ready')).json()).toEqual({ status: 'ready', ledger: true, mapping: true });
    looks = false;
    const answer = await get('/health/ready');
    expect([answer.status, await answer.json()]).toEqual([503, { status: 'not-ready', ledger: true, mapping: false }]);
  });
});

describe('keys', () => {
  const settings = { operatorKey: 'operator-key', integratorKey: 'integrator-key' };
  const facts = [
    '/messages',
    `/messages/${ID}`,
    '/destinations',
    '/reconciliation',
    '/enrolments',
    '/terminology/unmapped',
    '/metrics',
  ];

  it('are asked for everywhere in the tracking API', async () => {
    doors = await openDoors({ settings });
    for (const path of [...facts, `/messages/${ID}/raw`, `/messages/${ID}/explain`]) {
      for (const key of [undefined, 'wrong-key', 'operator-ke']) {
        const response = await get(path, key);
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
      }
    }
    for (const path of ['/messages/search', '/enrolments/search', `/messages/${ID}/replay`]) {
      expect((await post(path)).status).toBe(401);
    }
  });

  it('let the operator alone run the gateway', async () => {
    doors = await openDoors({ settings });
    for (const path of ['/destinations/ecd/pause', '/destinations/ecd/resume', '/replay']) {
      expect((await post(path, {}, { authorization: 'Bearer integrator-key' })).status).toBe(403);
      expect((await post(path, {})).status).toBe(401);
    }
    expect((await post('/destinations/ecd/pause', {}, { authorization: 'Bearer operator-key' })).status).toBe(200);
  });

  it('open everything to the operator, and everything but contents to the integrator', async () => {
    doors = await openDoors({ settings });
    doors.kept.raw = { mediaType: 'text/plain', bytes: Uint8Array.of(1) };
    doors.kept.mapped = { mediaType: 'application/fhir+json', bytes: Uint8Array.of(2) };
    for (const path of facts) {
      expect((await get(path, 'operator-key')).status).toBe(200);
      expect((await get(path, 'integrator-key')).status).toBe(200);
    }
    for (const path of [`/messages/${ID}/raw`, `/messages/${ID}/mapped`]) {
      expect((await get(path, 'operator-key')).status).toBe(200);
      expect((await get(path, 'integrator-key')).status).toBe(403);
    }
  });

  it('show the words of a receiver to the operator, the code of its failure to both', async () => {
    doors = await openDoors({ settings });
    doors.kept.deliveries.push(delivery);
    const seen = async (key: string): Promise<string> => (await get(`/messages/${ID}`, key)).text();
    expect(await seen('operator-key')).toContain('"text":"away"');
    expect(await seen('integrator-key')).toContain('"code":"503"');
    expect(await seen('integrator-key')).not.toContain('away');
  });

  it('are not asked of health, the page and the descriptions', async () => {
    doors = await openDoors({ settings });
    for (const path of ['/', '/health/live', '/health/ready', '/openapi.json', '/fhir/metadata']) {
      expect((await get(path)).status).toBe(200);
    }
  });

  it('may be absent on loopback only', async () => {
    doors = await openDoors({ settings: { loopback: false } });
    expect((await get('/messages')).status).toBe(401);
  });

  it('absent, still keep out a page elsewhere and a caller behind a proxy', async () => {
    doors = await openDoors();
    const with_ = (headers: Record<string, string>): Promise<Response> => fetch(`${doors.url}/messages`, { headers });
    expect((await with_({ 'sec-fetch-site': 'cross-site' })).status).toBe(401);
    expect((await with_({ 'x-forwarded-for': '203.0.113.9' })).status).toBe(401);
    expect((await with_({})).status).toBe(200);
  });
});
