import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Claimed } from '../../../gateway/ledger/ledger.ts';
import { fhirSender, type FhirDestination } from '../../../workers/senders/fhir.ts';
import { destination as regionDestination, listening } from '../partners.ts';

const never = new AbortController().signal;
const delivery: Claimed = {
  id: 'd1',
  seq: 1,
  messageId: 'm1',
  kind: 'lab-result',
  destination: 'ecd',
  lane: 'p',
  status: 'sending',
  attempts: 0,
  createdAt: '2026-11-22T10:00:00.000Z',
  nextAttemptAt: null,
  lastError: null,
  deliveredAt: null,
  responseStatus: null,
  idempotencyKey: 'key-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  body: { mediaType: 'application/fhir+json', bytes: Buffer.from('{"resourceType":"Bundle"}') },
};
const fhirDestination = (baseUrl: string, over: object = {}): FhirDestination => {
  const made = regionDestination('ecd', baseUrl, over);
  if (made.protocol !== 'fhir') throw new Error('not fhir');
  return made;
};
const outcome = (issue: object): string => JSON.stringify({ resourceType: 'OperationOutcome', issue: [issue] });

describe('a FHIR sender', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  const serve = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer);
    servers.push(server);
    return `127.0.0.1:${await listening(server)}`;
  };
  const answering = (status: number, body = '', headers: Record<string, string> = {}) =>
    serve((request: IncomingMessage, response) => {
      request.resume().on('end', () => response.writeHead(status, headers).end(body));
    });
  const sendTo = async (host: string, over: object = {}) => {
    const sender = fhirSender(
      fhirDestination(host.includes('://') ? host : `http://${host}/fhir`, over),
      () => undefined,
    );
    const result = await sender.send(delivery, never);
    sender.close();
    return result;
  };

  test('carries its key as a Bearer, and reads it afresh when renewed', async () => {
    let secret = 'old';
    const auth = { kind: 'api-key', keyEnv: 'ECD_KEY' };
    const host = await serve((request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer new' ? 200 : 401).end();
    });
    const sender = fhirSender(fhirDestination(`http://${host}/fhir`, { auth }), (name) =>
      name === 'ECD_KEY' ? secret : undefined,
    );
    expect(await sender.send(delivery, never)).toMatchObject({ kind: 'http', status: 401 });
    secret = 'new';
    sender.renew();
    expect(await sender.send(delivery, never)).toMatchObject({ kind: 'http', status: 200 });
    sender.close();
  });

  test('posts the bytes as they are, under the key of the delivery', async () => {
    const seen: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push(
          method,
          url,
          headers['content-type'],
          String(headers['idempotency-key']),
          String(Buffer.concat(chunks)),
        );
        response.end();
      });
    });
    await sendTo(`http://${host}/fhir/base?x=1`);
    expect(seen).toEqual(['POST', '/fhir/base?x=1', 'application/fhir+json', 'key-1', '{"resourceType":"Bundle"}']);
  });

  test('without the key it needs sends nothing', async () => {
    const result = await sendTo('nowhere.invalid', { auth: { kind: 'api-key', keyEnv: 'ECD_KEY' } });
    expect(result).toEqual({
      kind: 'fault',
      code: 'no-credential',
      text: 'the environment variable ECD_KEY is not set',
      sent: false,
    });
  });

  test('does not follow a redirect', async () => {
    const host = await answering(307, '', { Location: 'https://elsewhere.example/fhir' });
    expect(await sendTo(host)).toMatchObject({ kind: 'http', status: 307 });
  });

  test('hands over Retry-After as it came', async () => {
    const host = await answering(503, '', { 'Retry-After': 'Sun, 22 Nov 2026 10:01:30 GMT' });
    expect(await sendTo(host)).toEqual({
      kind: 'http',
      status: 503,
      retryAfter: 'Sun, 22 Nov 2026 10:01:30 GMT',
      explanation: null,
    });
  });

  test.each([
    [
      outcome({ severity: 'error', code: 'required', details: { text: 'needed' }, expression: ['Patient.name'] }),
      { code: 'required', text: 'needed (Patient.name)' },
    ],
    [
      outcome({ severity: 'error', code: 'value', diagnostics: 'born 1941-03-07 at 1011 AB' }),
      { code: 'value', text: 'born (date) at ***' },
    ],
    [outcome({ severity: 'error', code: 'value' }), { code: 'value', text: null }],
    ['<html>Bad gateway</html>', null],
    ['', null],
    ['{"resourceType":"OperationOutcome"}', null],
  ])('of the answer %s keeps %j', async (body, explanation) => {
    expect(await sendTo(await answering(422, body))).toMatchObject({ status: 422, explanation });
  });

  test('of several issues keeps the first error, in 300 characters', async () => {
    const issue = [
      { severity: 'warning', code: 'informational' },
      { severity: 'error', code: 'value', diagnostics: 'x '.repeat(900) },
    ];
    const result = await sendTo(await answering(400, JSON.stringify({ resourceType: 'OperationOutcome', issue })));
    expect(result).toMatchObject({ explanation: { code: 'value' } });
    expect(result.kind === 'http' && result.explanation?.text?.length).toBe(300);
  });

  test.each([
    ['nobody listens', async () => `127.0.0.1:${await unusedPort()}`, 'ECONNREFUSED', false],
    ['the name is nobody’s', async () => 'nowhere.invalid', /^(?:ENOTFOUND|EAI_AGAIN)$/, false],
    [
      'the other side speaks no TLS',
      async () => `https://${await answering(200)}/fhir`,
      /SSL|EPROTO|ECONNRESET/,
      false,
    ],
    ['the connection breaks off', () => serve(({ socket }) => socket.resetAndDestroy()), 'ECONNRESET', true],
    ['the connection is closed', () => serve(({ socket }) => socket.destroy()), 'ECONNRESET', true],
  ])('where %s, it knows whether the message may have been received', async (_, host, code, sent) => {
    const result = await sendTo(await host());
    expect(result).toMatchObject({ kind: 'fault', code: expect.stringMatching(code) as string, sent });
  });

  test('waits for an answer no longer than it may', async () => {
    const host = await serve(() => undefined);
    expect(await sendTo(host, { timeoutMs: 60 })).toMatchObject({ kind: 'fault', code: 'timeout', sent: true });
  });

  test('stopped while it stands in line for a connection, it has sent nothing', async () => {
    const host = await serve(() => undefined);
    const one = fhirDestination(`http://${host}/fhir`, { timeoutMs: 500, concurrency: 1 });
    const sender = fhirSender(one, () => undefined);
    const stop = new AbortController();
    const both = Promise.all([sender.send(delivery, never), sender.send(delivery, stop.signal)]);
    setTimeout(() => stop.abort(), 50);
    expect(await both).toMatchObject([
      { code: 'timeout', sent: true },
      { code: 'stopped', sent: false },
    ]);
    sender.close();
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((closed) => server.close(closed));
  return port;
}
