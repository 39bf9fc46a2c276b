import { bundleOf, startPartners, type Partners } from '../../workers/partners.ts';

let partners: Partners;
beforeEach(async () => {
  partners = await startPartners();
});
afterEach(() => partners.end());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly type?: string;
    readonly total?: number;
    readonly entry?: readonly {
      readonly response?: Record<string, string>;
      readonly resource?: Record<string, unknown>;
    }[];
    readonly issue?: readonly { readonly code: string; readonly details?: { readonly text?: string } }[];
    readonly [key: string]: unknown;
  };
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(`${partners.base}${path}`, {
    method,
    headers: { 'Content-Type': 'application/fhir+json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text || '{}') as Answer['body'] };
}
const post = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  call('POST', '/ecd/fhir', body, headers);

const PATIENT_URN = 'urn:uuid:5f6e1f3c-3a53-4c6e-9e0a-0a8f1d6b4f11';
const identifier = (value: string) => [{ system: 'urn:oid:1.2.3', value }];
const patient = (value: string) => ({
  fullUrl: PATIENT_URN,
  resource: { resourceType: 'Patient', identifier: identifier(value), gender: 'female' },
  request: { method: 'PUT', url: `Patient?identifier=urn%3Aoid%3A1.2.3%7C${value}` },
});
const observation = (value: string, subject: string) => ({
  fullUrl: 'urn:uuid:0c6b0a52-6d07-4f0c-8f0f-0b7c5f2a9d22',
  resource: {
    resourceType: 'Observation',
    identifier: identifier(value),
    status: 'final',
    code: { text: 'Kalium' },
    subject: { reference: subject },
  },
  request: { method: 'PUT', url: `Observation?identifier=urn%3Aoid%3A1.2.3%7C${value}` },
});
const transaction = (...entry: unknown[]) => ({ resourceType: 'Bundle', type: 'transaction', entry });

describe('a transaction', () => {
  test('creates what is new, updates what is there, and says which', async () => {
    const first = await post(transaction(patient('p1')));
    expect(first.status).toBe(200);
    expect(first.body.type).toBe('transaction-response');
    expect(first.body.entry?.[0]?.response).toMatchObject({ status: '201 Created', etag: 'W/"1"' });
    const again = await post(transaction(patient('p1')));
    expect(again.body.entry?.[0]?.response).toMatchObject({
      status: '200 OK',
      etag: 'W/"2"',
      location: first.body.entry?.[0]?.response?.['location']?.replace('/_history/1', '/_history/2'),
    });
    expect(typeof again.body.entry?.[0]?.response?.['lastModified']).toBe('string');
  });

  test('resolves urn:uuid references to where the resource now lives', async () => {
    const done = await post(transaction(patient('p1'), observation('o1', PATIENT_URN)));
    const home = done.body.entry?.[0]?.response?.['location']?.replace(/\/_history.*/, '');
    const found = await call('GET', '/ecd/fhir/Observation?identifier=urn:oid:1.2.3|o1');
    expect(found.body.total).toBe(1);
    expect(found.body.entry?.[0]?.resource?.['subject']).toEqual({ reference: home });
    const about = await call('GET', `/ecd/fhir/Observation?patient=${home ?? ''}`);
    expect(about.body.total).toBe(1);
  });

  test('happens as a whole or not at all', async () => {
    const refused = await post(transaction(patient('p1'), observation('o1', 'urn:uuid:not-in-this-bundle')));
    expect(refused.status).toBe(422);
    expect((await call('GET', '/ecd/fhir/Patient')).body.total).toBe(0);
  });

  test('keeps decimals as they were written', async () => {
    const body = bundleOf('k1', 1).replace('"value":1,', '"value":5.60,');
    expect((await post(body)).status).toBe(200);
    expect((await call('GET', '/ecd/fhir/Observation?identifier=https://lab.example/filler|k1')).text).toContain(
      '"value":5.60',
    );
  });

  test('a second update of what two resources meet is refused with 412', async () => {
    const create = (n: number) => ({
      ...patient('same'),
      fullUrl: `urn:uuid:0c6b0a52-6d07-4f0c-8f0f-0b7c5f2a9d2${n}`,
      request: { method: 'POST', url: 'Patient' },
    });
    await post(transaction(create(1)));
    await post(transaction(create(2)));
    expect((await post(transaction(patient('same')))).status).toBe(412);
  });

  test('a conditional create makes one resource however often it is asked', async () => {
    const create = {
      ...patient('p1'),
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:oid:1.2.3|p1' },
    };
    expect((await post(transaction(create))).body.entry?.[0]?.response?.['status']).toBe('201 Created');
    expect((await post(transaction(create))).body.entry?.[0]?.response?.['status']).toBe('200 OK');
    expect((await call('GET', '/ecd/fhir/Patient')).body.total).toBe(1);
  });

  test('a type without identifier is known by its tag', async () => {
    const provenance = (condition: string) => ({
      resource: {
        resourceType: 'Provenance',
        meta: { tag: [{ system: 'urn:oid:1.2.3', code: 'v1' }] },
        target: [{ display: 'x' }],
        recorded: '2026-11-20T13:00:00Z',
        agent: [{ who: { display: 'y' } }],
      },
      request: { method: 'PUT', url: `Provenance?${condition}=urn%3Aoid%3A1.2.3%7Cv1` },
    });
    const statusOf = async () => (await post(transaction(provenance('_tag')))).body.entry?.[0]?.response?.['status'];
    expect([await statusOf(), await statusOf()]).toEqual(['201 Created', '200 OK']);
    expect((await call('GET', '/ecd/fhir/Provenance?_tag=urn:oid:1.2.3|v1')).body.total).toBe(1);
    expect((await post(transaction(provenance('identifier')))).status).toBe(412);
  });

  test('PUT on an id keeps that id; a stale If-Match is refused', async () => {
    const put = (ifMatch?: string) => ({
      resource: { resourceType: 'Patient', id: 'p-1', gender: 'male' },
      request: { method: 'PUT', url: 'Patient/p-1', ...(ifMatch === undefined ? {} : { ifMatch }) },
    });
    await post(transaction(put()));
    await post(transaction(put('W/"1"')));
    expect((await post(transaction(put('W/"1"')))).status).toBe(412);
    const read = await call('GET', '/ecd/fhir/Patient/p-1');
    expect(read.headers.get('etag')).toBe('W/"2"');
    expect(read.body['meta']).toMatchObject({ versionId: '2' });
  });

  test.each([
    ['no JSON', '{"resourceType":', 400],
    ['not a Bundle', { resourceType: 'Patient' }, 400],
    ['a batch', { resourceType: 'Bundle', type: 'batch', entry: [patient('p')] }, 422],
    ['a key said twice', '{"resourceType":"Bundle","type":"transaction","type":"batch"}', 400],
    [
      'an unknown element',
      transaction({ ...patient('p'), resource: { ...patient('p').resource, colour: 'red' } }),
      422,
    ],
    ['no request', transaction({ resource: patient('p').resource }), 400],
    [
      'another type than its address',
      transaction({ ...patient('p'), request: { method: 'PUT', url: 'Observation?identifier=a%7Cb' } }),
      400,
    ],
    [
      'an identifier other than its condition',
      transaction({ ...patient('p'), request: { method: 'PUT', url: 'Patient?identifier=a%7Cb' } }),
      422,
    ],
    [
      'the same resource twice',
      transaction(patient('p'), { ...patient('p'), fullUrl: 'urn:uuid:0c6b0a52-6d07-4f0c-8f0f-0b7c5f2a9d29' }),
      400,
    ],
    [
      'DELETE',
      transaction({ resource: { resourceType: 'Patient' }, request: { method: 'DELETE', url: 'Patient/1' } }),
      422,
    ],
  ])('%s is refused with an OperationOutcome', async (_what, body, status) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.body['resourceType']).toBe('OperationOutcome');
    expect(answer.body.issue?.[0]?.details?.text).toBeTruthy();
  });

  test('another content type is refused with 415', async () => {
    expect((await post(transaction(patient('p')), { 'Content-Type': 'text/plain' })).status).toBe(415);
  });
});

describe('the same request again', () => {
  test('gets the same answer under its Idempotency-Key, and nothing happens twice', async () => {
    const body = JSON.stringify(transaction(patient('p1')));
    const first = await post(body, { 'Idempotency-Key': 'k1' });
    const second = await post(body, { 'Idempotency-Key': 'k1' });
    expect(second.text).toBe(first.text);
    expect((await call('GET', '/ecd/fhir/Patient')).body.entry?.[0]?.resource?.['meta']).toMatchObject({
      versionId: '1',
    });
    expect((await partners.received('ecd')).map(({ replayed }) => replayed)).toEqual([false, true]);
  });

  test('with other content is refused', async () => {
    await post(transaction(patient('p1')), { 'Idempotency-Key': 'k1' });
    expect((await post(transaction(patient('p2')), { 'Idempotency-Key': 'k1' })).status).toBe(422);
  });

  test('a refused request may be mended under its key', async () => {
    expect((await post(transaction({}), { 'Idempotency-Key': 'k1' })).status).toBe(422);
    expect((await post(transaction(patient('p2')), { 'Idempotency-Key': 'k1' })).status).toBe(200);
  });
});

describe('a single resource', () => {
  test('is created at its type, updated on a condition, read and found', async () => {
    const created = await call('POST', '/gp/fhir/Patient', patient('p1').resource);
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`Patient/${String(created.body['id'])}/_history/1`);
    const updated = await call('PUT', '/gp/fhir/Patient?identifier=urn%3Aoid%3A1.2.3%7Cp1', {
      ...patient('p1').resource,
      gender: 'male',
    });
    expect(updated.status).toBe(200);
    expect(updated.body).toMatchObject({ id: created.body['id'], gender: 'male', meta: { versionId: '2' } });
    expect((await call('GET', '/gp/fhir/Patient?identifier=p1')).body.total).toBe(1);
    expect((await call('GET', '/gp/fhir/Patient?identifier=urn:oid:9|p1')).body.total).toBe(0);
    expect((await call('GET', `/gp/fhir/Patient?_id=${String(created.body['id'])}&_count=1`)).body.entry).toHaveLength(
      1,
    );
  });

  test('an unknown one is 404, an unknown search parameter 400', async () => {
    expect((await call('GET', '/gp/fhir/Patient/none')).status).toBe(404);
    expect((await call('GET', '/gp/fhir/Patient?name=x')).status).toBe(400);
  });

  test('is found by POST, so that an identifier need not stand in an address', async () => {
    await call('POST', '/gp/fhir/Patient', patient('p1').resource);
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const found = await call('POST', '/gp/fhir/Patient/_search', 'identifier=urn%3Aoid%3A1.2.3%7Cp1', headers);
    expect([found.status, found.body.total]).toEqual([200, 1]);
  });

  test('one partner never shows what another received', async () => {
    await call('POST', '/gp/fhir/Patient', patient('p1').resource);
    expect((await call('GET', '/pharmacy/fhir/Patient')).body.total).toBe(0);
  });

  test('metadata says FHIR 4.0.1', async () => {
    expect((await call('GET', '/home-care/fhir/metadata')).body).toMatchObject({
      resourceType: 'CapabilityStatement',
      fhirVersion: '4.0.1',
    });
  });
});

test('the sandbox says where its partners are', async () => {
  expect((await call('GET', '/')).body['partners']).toContainEqual({
    id: 'ecd',
    fhir: '/sandbox/ecd/fhir',
    log: '/sandbox/ecd/log',
    faults: '/sandbox/ecd/faults',
  });
});

describe('an ordered fault', () => {
  test('answers its status with Retry-After, as often as told, and does nothing', async () => {
    await partners.fault('ecd', { status: 503, times: 2, retryAfter: 7 });
    const struck = await post(transaction(patient('p1')));
    expect([struck.status, struck.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await post(transaction(patient('p1')))).status).toBe(503);
    expect((await post(transaction(patient('p1')))).status).toBe(200);
    expect((await partners.received('ecd')).map(({ status }) => status)).toEqual([503, 503, 200]);
  });

  test('dropConnection does everything and answers nothing', async () => {
    await partners.fault('ecd', { dropConnection: true });
    await expect(post(transaction(patient('p1')))).rejects.toThrow();
    expect((await call('GET', '/ecd/fhir/Patient')).body.total).toBe(1);
    expect((await partners.received('ecd')).map(({ status, types }) => [status, types])).toEqual([[0, ['Patient']]]);
  });

  test('every n-th request only, and none after DELETE', async () => {
    await partners.fault('ecd', { status: 500, every: 2, times: 100 });
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await post(transaction(patient('p1')))).status);
    expect(statuses).toEqual([200, 500, 200, 500]);
    await call('DELETE', '/ecd/faults');
    expect((await post(transaction(patient('p1')))).status).toBe(200);
    expect((await post(transaction(patient('p1')))).status).toBe(200);
  });

  test('an unknown knob is refused', async () => {
    await expect(partners.fault('ecd', { explode: true })).rejects.toThrow('explode');
  });
});
