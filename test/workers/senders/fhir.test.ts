import nock from 'nock';
import type { Claimed } from '../../../gateway/ledger/ledger.ts';
import { fhirSender, type FhirDestination } from '../../../workers/senders/fhir.ts';
import { destination as regionDestination } from '../partners.ts';

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
  beforeEach(() => nock.disableNetConnect());
  afterEach(() => {
    nock.cleanAll();
    nock.enableNetConnect();
  });
  // nock changes Node's http for the whole process; other test files run in it too.
  afterAll(() => nock.restore());
  const BASE = 'https://ecd.example.org';
  const sendTo = async (over: object = {}, secrets: (name: string) => string | undefined = () => undefined) => {
    const sender = fhirSender(fhirDestination(`${BASE}/fhir`, over), secrets);
    const result = await sender.send(delivery, never);
    sender.close();
    return result;
  };

  test('carries its key as a Bearer, and reads it afresh when renewed', async () => {
    let secret = 'old';
    const auth = { kind: 'api-key', keyEnv: 'ECD_KEY' };
    const sender = fhirSender(fhirDestination(`${BASE}/fhir`, { auth }), (name) =>
      name === 'ECD_KEY' ? secret : undefined,
    );
    nock(BASE).post('/fhir').matchHeader('authorization', 'Bearer old').reply(401);
    nock(BASE).post('/fhir').matchHeader('authorization', 'Bearer new').reply(200);
    expect(await sender.send(delivery, never)).toMatchObject({ kind: 'http', status: 401 });
    secret = 'new';
    sender.renew();
    expect(await sender.send(delivery, never)).toMatchObject({ kind: 'http', status: 200 });
    sender.close();
  });

  test('without the key it needs sends nothing', async () => {
    const result = await sendTo({ auth: { kind: 'api-key', keyEnv: 'ECD_KEY' } });
    expect(result).toEqual({
      kind: 'fault',
      code: 'no-credential',
      text: 'the environment variable ECD_KEY is not set',
      sent: false,
    });
  });

  test('does not follow a redirect', async () => {
    nock(BASE).post('/fhir').reply(307, '', { Location: 'https://elsewhere.example/fhir' });
    expect(await sendTo()).toMatchObject({ kind: 'http', status: 307 });
  });

  test('hands over Retry-After as it came', async () => {
    nock(BASE).post('/fhir').reply(503, '', { 'Retry-After': 'Sun, 22 Nov 2026 10:01:30 GMT' });
    expect(await sendTo()).toEqual({
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
    nock(BASE).post('/fhir').reply(422, body);
    expect(await sendTo()).toMatchObject({ status: 422, explanation });
  });

  test('of several issues keeps the first error, in 300 characters', async () => {
    const issue = [
      { severity: 'warning', code: 'informational' },
      { severity: 'error', code: 'value', diagnostics: 'x '.repeat(900) },
    ];
    nock(BASE)
      .post('/fhir')
      .reply(400, JSON.stringify({ resourceType: 'OperationOutcome', issue }));
    const result = await sendTo();
    expect(result).toMatchObject({ explanation: { code: 'value' } });
    expect(result.kind === 'http' && result.explanation?.text?.length).toBe(300);
  });

  test.each([
    ['ECONNREFUSED', false],
    ['ENOTFOUND', false],
    ['CERT_HAS_EXPIRED', false],
    ['ECONNRESET', true],
    ['EPIPE', true],
  ])('%s: may have been received: %s', async (code, sent) => {
    nock(BASE)
      .post('/fhir')
      .replyWithError(Object.assign(new Error('a network fault'), { code }));
    expect(await sendTo()).toMatchObject({ kind: 'fault', code, sent });
  });
});
