import type { Bundle, MessageHeader, OperationOutcome } from 'fhir/r4.js';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { LedgerUnavailable } from '../../../gateway/ledger/ledger.ts';
import { wordsOf } from '../../../gateway/refusal.ts';
import { acked, oru } from '../mllp/stand-in.ts';
import { accept, openDoors, REFUSALS, stored, type Doorway } from './stand-in.ts';

let doors: Doorway;
afterEach(() => doors.stop());

const FHIR = { 'content-type': 'application/fhir+json' };
const ER7 = { 'content-type': 'application/hl7-v2' };
const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = FHIR): Promise<Response> =>
  fetch(doors.url + path, { method: 'POST', body, headers, redirect: 'error' });
const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;

const transaction = JSON.stringify({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    { resource: { resourceType: 'Patient' }, request: { method: 'PUT', url: 'Patient?x' } },
    { resource: { resourceType: 'Observation' }, request: { method: 'PUT', url: 'Observation?x' } },
  ],
});
const message = JSON.stringify({
  resourceType: 'Bundle',
  type: 'message',
  entry: [
    {
      resource: {
        resourceType: 'MessageHeader',
        id: 'header-1',
        eventCoding: { system: 'https://example.org/events', code: 'results' },
        source: { endpoint: 'https://ehr.example.org/fhir' },
      },
    },
  ],
});

describe('POST /fhir', () => {
  it('answers a transaction with one entry per entry, and says where the message is', async () => {
    doors = await openDoors();
    const response = await post('/fhir', transaction);
    expect(response.status).toBe(200);
    expect(response.headers.get('location')).toBe(`/messages/${stored().id}`);
    expect(response.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(await json<Bundle>(response)).toEqual({
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [{ response: { status: '202 Accepted' } }, { response: { status: '202 Accepted' } }],
    });
    expect(doors.arrivals[0]).toMatchObject({ door: 'fhir', mediaType: 'application/fhir+json' });
    expect(Buffer.from(doors.arrivals[0]?.bytes ?? []).toString()).toBe(transaction);
  });

  it('tells the Task of a transfer and the warnings', async () => {
    doors = await openDoors({
      receive: async () =>
        accept({
          flow: 'transfer-request',
          task: 'Task/t-1',
          warnings: [{ code: 'no-contact-person', location: 'Bundle', text: 'nobody to call' }],
        }),
    });
    const bundle = await json<Bundle>(await post('/fhir', transaction));
    expect(bundle.entry?.[2]?.response).toMatchObject({ status: '201 Created', location: 'Task/t-1', etag: 'W/"1"' });
    expect(bundle.entry?.[3]?.resource).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'warning', details: { coding: [{ code: 'no-contact-person' }], text: 'nobody to call' } }],
    });
  });

  it('gives the same again the same bytes', async () => {
    let duplicate = false;
    doors = await openDoors({
      receive: async () => ({ ok: true, message: stored({ status: duplicate ? 'delivered' : 'pending' }), duplicate }),
    });
    const first = await (await post('/fhir', transaction)).text();
    duplicate = true;
    expect(await (await post('/fhir', transaction)).text()).toBe(first);
  });

  it('takes application/json, and a charset of UTF-8', async () => {
    doors = await openDoors();
    const types = ['application/json', 'application/fhir+json; charset=UTF-8', 'application/json;charset="utf-8"'];
    for (const type of types) {
      expect((await post('/fhir', transaction, { 'content-type': type })).status).toBe(200);
    }
  });

  it('hands over who calls and under which trace', async () => {
    doors = await openDoors();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { ...FHIR, authorization: 'Bearer key.1', 'x-source': 'sandbox-ecd', traceparent };
    const response = await post('/fhir', transaction, { ...headers, 'x-request-id': 'req-7' });
    expect(response.headers.get('x-request-id')).toBe('req-7');
    expect(doors.arrivals[0]).toMatchObject({
      traceparent,
      credentials: { bearer: 'key.1', xSource: 'sandbox-ecd', loopback: true },
    });
  });

  it('makes a trace where the caller gives none, or a false one', async () => {
    doors = await openDoors();
    await post('/fhir', transaction, { ...FHIR, traceparent: 'nonsense' });
    expect(doors.arrivals[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it.each([
    ['a forwarded caller', 'x-forwarded-for', '203.0.113.9'],
    ['a page from elsewhere', 'sec-fetch-site', 'cross-site'],
  ])('does not take %s for a program on this machine', async (_who, name, value) => {
    doors = await openDoors();
    await post('/fhir', transaction, { ...FHIR, [name]: value });
    expect(doors.arrivals[0]?.credentials.loopback).toBe(false);
  });

  it('does not take a name that points here for this machine', async () => {
    doors = await openDoors();
    const headers = { ...FHIR, host: 'rebound.example.org' };
    await new Promise((resolve) => {
      request(`${doors.url}/fhir`, { method: 'POST', headers }, (response) => resolve(response.resume())).end(
        transaction,
      );
    });
    expect(doors.arrivals[0]?.credentials.loopback).toBe(false);
  });
});

describe('POST /fhir/$process-message', () => {
  it('answers a message with a message that names it', async () => {
    doors = await openDoors({ receive: async () => accept({ door: 'process-message' }) });
    const response = await post('/fhir/$process-message', message);
    expect(response.status).toBe(200);
    expect(response.headers.get('location')).toBe(`/messages/${stored().id}`);
    const bundle = await json<Bundle>(response);
    expect(bundle.type).toBe('message');
    const header = bundle.entry?.[0]?.resource as MessageHeader;
    expect(header).toMatchObject({
      resourceType: 'MessageHeader',
      eventCoding: { system: 'https://example.org/events', code: 'results' },
      destination: [{ endpoint: 'https://ehr.example.org/fhir' }],
      response: { identifier: 'header-1', code: 'ok' },
    });
    expect(doors.arrivals[0]?.door).toBe('process-message');
    expect(await (await post('/fhir/$process-message', message)).json()).toEqual(bundle);
  });

  it('carries the warnings beside the header', async () => {
    const warnings = [{ code: 'untranslated-code', location: 'Bundle.entry[1]', text: 'no translation' }] as const;
    doors = await openDoors({ receive: async () => accept({ warnings }) });
    const { entry } = await json<Bundle>(await post('/fhir/$process-message', message));
    expect((entry?.[0]?.resource as MessageHeader).response?.details?.reference).toBe(entry?.[1]?.fullUrl);
    expect(entry?.[1]?.resource).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});

describe('POST /transfers', () => {
  it('answers with the message, the Task and the warnings', async () => {
    const warnings = [{ code: 'no-allergy-statement', location: '$.allergies', text: 'not stated' }] as const;
    doors = await openDoors({ receive: async () => accept({ task: 'Task/t-1', warnings }) });
    const response = await post('/transfers', '{}', { 'content-type': 'application/json' });
    expect(response.status).toBe(200);
    expect(response.headers.get('location')).toBe(`/messages/${stored().id}`);
    expect(await response.json()).toEqual({ id: stored().id, task: 'Task/t-1', warnings });
    expect(doors.arrivals[0]?.door).toBe('transfers');
  });
});

describe('POST /hl7v2', () => {
  it.each(['application/hl7-v2', 'x-application/hl7-v2+er7', 'text/plain; charset=iso-8859-1'])(
    'answers %s in kind',
    async (type) => {
      doors = await openDoors();
      const response = await post('/hl7v2', oru('A1'), { 'content-type': type });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('location')).toBe(`/messages/${stored().id}`);
      expect(acked(await response.text())).toEqual(['AA', 'A1']);
    },
  );

  it('takes the framing of MLLP off', async () => {
    doors = await openDoors();
    await post('/hl7v2', `\u000b${oru('A1')}\u001c\r`, ER7);
    expect(Buffer.from(doors.arrivals[0]?.bytes ?? []).toString()).toBe(oru('A1'));
  });

  it('keeps bytes that are no UTF-8 as they came', async () => {
    doors = await openDoors();
    const latin = Buffer.from(oru('A1', 'Daniël'), 'latin1');
    await post('/hl7v2', latin, ER7);
    expect(Buffer.from(doors.arrivals[0]?.bytes ?? []).equals(latin)).toBe(true);
  });

  it('says 204 when the sender wants no acknowledgement, and the status when it was refused', async () => {
    let refuse = false;
    doors = await openDoors({
      receive: async () => (refuse ? { ok: false, refusal: REFUSALS.rule, message: null } : accept()),
    });
    const quiet = oru('A1', '', '|||NE');
    expect((await post('/hl7v2', quiet, ER7)).status).toBe(204);
    refuse = true;
    expect((await post('/hl7v2', quiet, ER7)).status).toBe(422);
  });

  it('answers as HTTP when no MSH can be read', async () => {
    doors = await openDoors({ receive: async () => ({ ok: false, refusal: REFUSALS.unreadable, message: null }) });
    const response = await post('/hl7v2', 'PID|1', ER7);
    expect(response.status).toBe(400);
    expect(await json<OperationOutcome>(response)).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});

describe('every refusal, at every door', () => {
  const kinds = Object.keys(REFUSALS) as (keyof typeof REFUSALS)[];
  const bodies = { '/fhir': transaction, '/fhir/$process-message': message, '/transfers': '{}' };
  const rows = Object.entries(bodies).flatMap(([path, body]) => kinds.map((kind) => [kind, path, body] as const));
  it.each(rows)('%s at %s is an OperationOutcome with its status', async (kind, path, body) => {
    doors = await openDoors({ receive: async () => ({ ok: false, refusal: REFUSALS[kind], message: null }) });
    const response = await post(path, body, { 'content-type': 'application/json' });
    const { httpStatus } = wordsOf(REFUSALS[kind]);
    expect(response.status).toBe(httpStatus);
    expect(response.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(response.headers.has('retry-after')).toBe(httpStatus === 503);
    expect(response.headers.has('www-authenticate')).toBe(httpStatus === 401);
    const [issue] = REFUSALS[kind].issues;
    expect((await json<OperationOutcome>(response)).issue[0]).toMatchObject({
      severity: 'error',
      code: issue?.code,
      details: { text: issue?.text },
      ...(issue?.expression === '' ? {} : { expression: [issue?.expression] }),
    });
  });

  it.each(kinds)('%s at /hl7v2 is an acknowledgement, unless nothing was stored', async (kind) => {
    doors = await openDoors({ receive: async () => ({ ok: false, refusal: REFUSALS[kind], message: null }) });
    const response = await post('/hl7v2', oru('A1'), ER7);
    const { ackCode, httpStatus } = wordsOf(REFUSALS[kind]);
    expect(response.status).toBe(ackCode === null ? httpStatus : 200);
    if (ackCode !== null) expect(acked(await response.text())).toEqual([ackCode, 'A1']);
  });

  it('says where a refused message is kept', async () => {
    doors = await openDoors({
      receive: async () => ({ ok: false, refusal: REFUSALS.rule, message: stored({ id: 'kept-1' }) }),
    });
    expect((await post('/fhir', transaction)).headers.get('location')).toBe('/messages/kept-1');
  });

  it('does not read the body of a stranger', async () => {
    doors = await openDoors({ identify: () => ({ ok: false, refusal: REFUSALS['unknown-sender'] }) });
    expect((await post('/fhir', transaction)).status).toBe(401);
    expect((await post('/transfers', '{}', { 'content-type': 'application/json' })).status).toBe(401);
    expect(doors.arrivals).toEqual([]);
    expect(doors.logged.join()).toContain('door.refused');
  });

  it('says 503 when the ledger is away, and takes the next message', async () => {
    let down = true;
    doors = await openDoors({
      receive: async () => {
        if (down) throw new LedgerUnavailable('disk full at /secret/path');
        return accept();
      },
    });
    const response = await post('/fhir', transaction);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.text()).not.toContain('secret');
    down = false;
    expect((await post('/fhir', transaction)).status).toBe(200);
  });

  it('says 500 without internals when there is a bug, and logs it', async () => {
    doors = await openDoors({
      receive: async () => {
        throw new TypeError('secret of Anna de Vries');
      },
    });
    const response = await post('/fhir', transaction);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('OperationOutcome');
    expect(text).not.toMatch(/secret|Anna|TypeError|\.ts/);
    expect(doors.logged.join()).toContain('http.bug');
  });
});

describe('bodies', () => {
  it.each(['/fhir', '/transfers', '/hl7v2'])('%s takes the limit exactly, and stops one byte over it', async (path) => {
    doors = await openDoors({
      settings: { maxMessageBytes: 300_000 },
      receive: async ({ tooLarge }) =>
        tooLarge === true ? { ok: false, refusal: REFUSALS['too-large'], message: null } : accept(),
    });
    const headers = { 'content-type': path === '/hl7v2' ? 'text/plain' : 'application/json' };
    const bare = path === '/hl7v2' ? oru('A1') : '{}';
    const exact = bare + ' '.repeat(300_000 - bare.length);
    expect((await post(path, exact, headers)).status).toBe(200);
    const over = await post(path, `${exact} `, headers);
    if (path === '/hl7v2') expect(acked(await over.text())).toEqual(['AR', 'A1']);
    else expect(over.status).toBe(413);
    expect(doors.arrivals[1]?.bytes.length).toBe(64 * 1024);
    expect((await post(path, bare, headers)).status).toBe(200);
  });

  it('stops a body of unknown length at the limit', async () => {
    doors = await openDoors({
      settings: { maxMessageBytes: 100_000 },
      receive: async () => ({ ok: false, refusal: REFUSALS['too-large'], message: null }),
    });
    const status = await new Promise((resolve, reject) => {
      const upload = request(`${doors.url}/fhir`, { method: 'POST', headers: FHIR }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      upload.on('error', reject);
      for (let sent = 0; sent < 300_000; sent += 10_000) upload.write(Buffer.alloc(10_000, 0x20));
      upload.end();
    });
    expect(status).toBe(413);
    expect(doors.arrivals[0]?.tooLarge).toBe(true);
  });

  it('takes a body in pieces of one byte', async () => {
    doors = await openDoors();
    const status = await new Promise((resolve) => {
      const upload = request(`${doors.url}/fhir`, { method: 'POST', headers: FHIR }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      upload.setNoDelay(true);
      void (async () => {
        for (const character of transaction) {
          upload.write(character);
          await wait(0);
        }
        upload.end();
      })();
    });
    expect(status).toBe(200);
    expect(Buffer.from(doors.arrivals[0]?.bytes ?? []).toString()).toBe(transaction);
  });

  it('takes 10 MB', async () => {
    doors = await openDoors();
    const body = `{"resourceType":"Bundle","type":"transaction","entry":[],"x":"${'JVBERi0'.repeat(1_500_000)}"}`;
    expect((await post('/fhir', body)).status).toBe(200);
    expect(doors.arrivals[0]?.bytes.length).toBe(body.length);
  });

  it('forgets an upload that is broken off', async () => {
    doors = await openDoors();
    const socket = connect(Number(new URL(doors.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'POST /fhir HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{"a":',
    );
    await wait(30);
    socket.resetAndDestroy();
    await wait(30);
    expect(doors.arrivals).toEqual([]);
    expect((await post('/fhir', transaction)).status).toBe(200);
  });

  it('says 503 when the memory for bodies is taken, and is itself again afterwards', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    doors = await openDoors({
      settings: { maxMessageBytes: 10_000 },
      receive: async () => {
        await held;
        return accept();
      },
    });
    const body = `${transaction}${' '.repeat(9_000)}`;
    const many = Array.from({ length: 12 }, () => post('/fhir', body));
    const first = await Promise.race(many);
    expect(first.status).toBe(503);
    expect(first.headers.get('retry-after')).toBe('5');
    release();
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    expect(statuses).toContain(200);
    expect((await post('/fhir', body)).status).toBe(200);
  });

  it('counts a body until its message is judged, also when its caller is gone', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    doors = await openDoors({
      settings: { maxMessageBytes: 10_000 },
      receive: async () => {
        await held;
        return accept();
      },
    });
    const body = `${transaction}${' '.repeat(9_000)}`;
    for (let count = 1; count <= 8; count += 1) {
      const leaving = new AbortController();
      const gone = fetch(`${doors.url}/fhir`, { method: 'POST', headers: FHIR, body, signal: leaving.signal });
      while (doors.arrivals.length < count) await wait(5);
      leaving.abort();
      await expect(gone).rejects.toThrow();
    }
    await wait(50);
    expect((await post('/fhir', body)).status).toBe(503);
    release();
    await wait(50);
    expect((await post('/fhir', body)).status).toBe(200);
  });

  it('refuses compressed bodies', async () => {
    doors = await openDoors();
    const response = await post('/fhir', 'x', { ...FHIR, 'content-encoding': 'gzip' });
    expect(response.status).toBe(415);
    expect((await json<OperationOutcome>(response)).issue[0]?.expression).toEqual(['Content-Encoding']);
  });

  it.each([
    ['/fhir', 'application/xhtml+xml'],
    ['/fhir', 'application/fhir+json; charset=iso-8859-1'],
    ['/transfers', 'application/fhir+json'],
    ['/hl7v2', 'application/json'],
  ])('%s does not take %s', async (path, type) => {
    doors = await openDoors();
    const response = await post(path, '{}', { 'content-type': type });
    expect(response.status).toBe(415);
    expect(await json<OperationOutcome>(response)).toMatchObject({ resourceType: 'OperationOutcome' });
    expect(doors.arrivals).toEqual([]);
  });
});

describe('what no door answers', () => {
  it('is 404 in the words of the neighbourhood', async () => {
    doors = await openDoors();
    const fhir = await fetch(`${doors.url}/fhir/nothing`);
    expect(fhir.status).toBe(404);
    expect((await json<OperationOutcome>(fhir)).issue[0]?.code).toBe('not-supported');
    const other = await fetch(`${doors.url}/nothing`);
    expect(other.status).toBe(404);
    expect(await other.json()).toMatchObject({ error: { code: 'no-route' } });
  });

  it.each([
    ['DELETE', '/fhir/Task/1', 'GET, PUT, HEAD, OPTIONS'],
    ['GET', '/fhir', 'POST, OPTIONS'],
    ['POST', '/fhir/Task', 'GET, HEAD, OPTIONS'],
    ['GET', '/transfers', 'POST, OPTIONS'],
    ['PUT', '/reconciliation', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405, with what is allowed', async (method, path, allow) => {
    doors = await openDoors();
    const response = await fetch(doors.url + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
  });

  it('is 400 for a path that cannot be decoded', async () => {
    doors = await openDoors();
    expect((await fetch(`${doors.url}/messages/%ff`)).status).toBe(400);
  });

  it('says nothing of what it is made with, and lets nothing be framed, sniffed or cached', async () => {
    doors = await openDoors();
    for (const path of ['/', '/fhir/metadata', '/nothing', '/messages']) {
      const { headers } = await fetch(doors.url + path);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('never writes an address into the log', async () => {
    doors = await openDoors();
    await fetch(`${doors.url}/messages?bsn=999900006`);
    await fetch(`${doors.url}/messages/999900006`);
    await fetch(`${doors.url}/999900006`);
    await wait(20);
    expect(doors.logged.length).toBeGreaterThanOrEqual(3);
    expect(doors.logged.join()).not.toContain('999900006');
  });
});
