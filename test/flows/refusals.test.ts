import { frameBytes } from '../../mappings/hl7v2/frame.ts';
import { labResult, transferRequest } from '../../gateway/cli/demo/messages.ts';
import { demoPerson } from '../../gateway/cli/demo/person.ts';
import { askMllp, talkMllp } from '../setup/mllp.ts';
import { inProcess, type TestGateway } from '../setup/gateway.ts';

const MAX = 200_000;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await inProcess({ env: { MAX_MESSAGE_BYTES: String(MAX) } });
});
afterAll(async () => gateway.stop());

const person = demoPerson(() => 0.5);
const at = new Date('2026-11-20T13:00:00Z');
let counter = 0;
const nextId = (): string => `R${++counter}`;
const lab = (controlId: string): string =>
  labResult(person, { controlId, filler: controlId, potassium: '4.0', flag: 'N', status: 'F', at });
const transfer = (requestId: string): Record<string, unknown> =>
  transferRequest(person, requestId, at) as Record<string, unknown>;

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}
const send = async (
  path: string,
  type: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Reply> => {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body,
  });
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') ?? '' };
};
const json = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  send(path, path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json', JSON.stringify(body), headers);
const overHttp = (text: string | Uint8Array): Promise<Reply> => send('/hl7v2', 'application/hl7-v2', text);

const count = async (name: string): Promise<number> => {
  const counts = (await (await fetch(`${gateway.url}/reconciliation`)).json()) as Record<string, number>;
  return counts[name] ?? -1;
};

/** Whatever was refused, the next good message goes through the same door. */
const nextGoes = async (): Promise<void> => {
  expect(await askMllp(gateway.mllpPort, lab(nextId()))).toMatch(/\rMSA\|AA\|/);
  expect((await overHttp(lab(nextId()))).text).toMatch(/\rMSA\|AA\|/);
  expect((await json('/transfers', transfer(nextId()))).status).toBe(200);
};
afterEach(nextGoes);

describe('not readable', () => {
  it('is 400 at the JSON doors, kept as refused', async () => {
    const before = await count('refused');
    for (const path of ['/fhir', '/fhir/$process-message', '/transfers']) {
      const reply = await send(path, path === '/transfers' ? 'application/json' : 'application/fhir+json', '{"a":');
      expect(reply.status).toBe(400);
      expect(JSON.parse(reply.text)).toMatchObject({ resourceType: 'OperationOutcome' });
    }
    expect(await count('refused')).toBe(before + 3);
  });

  it.each([
    ['a duplicate key', '{"requestId":"a","requestId":"b"}'],
    ['a JSON bomb', '['.repeat(100_000)],
  ])('is 400 for %s', async (_what, body) => {
    const reply = await send('/transfers', 'application/json', body);
    expect(reply.status).toBe(400);
  });

  it('is AR where an MSH could be read', async () => {
    const message = lab('DSC1').replace('PID|', 'DSC|1|I\rPID|');
    const undecodable = Buffer.concat([
      Buffer.from(lab('UTF1').replace('Testpati', 'Test')),
      Buffer.from([0xff, 0xfe, 13]),
    ]);
    for (const bytes of [Buffer.from(message), undecodable]) {
      expect(await askMllp(gateway.mllpPort, bytes)).toMatch(/\rMSA\|AR\|/);
      const reply = await overHttp(bytes);
      expect(reply.status).toBe(200);
      expect(reply.text).toMatch(/\rMSA\|AR\|/);
    }
  });

  it('is 400 at /hl7v2 and a closed connection on MLLP where none could', async () => {
    expect((await overHttp('this is no HL7')).status).toBe(400);
    expect(await askMllp(gateway.mllpPort, 'this is no HL7')).toBeNull();
  });

  it('is a closed connection for binary rubbish on the MLLP port', async () => {
    const rubbish = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 251)).map((byte) =>
      byte === 0x0b ? 0x0c : byte,
    );
    expect(await talkMllp(gateway.mllpPort, [rubbish], 1)).toEqual([]);
  });
});

describe('too large', () => {
  const padded = (bytes: number): string => {
    const message = lab(nextId());
    return `${message}NTE|1||${'x'.repeat(bytes - Buffer.byteLength(message) - 8)}\r`;
  };

  it('is taken at the limit and refused one byte over it', async () => {
    expect(Buffer.byteLength(padded(MAX))).toBe(MAX);
    expect((await overHttp(padded(MAX))).text).toMatch(/\rMSA\|AA\|/);
    expect((await overHttp(padded(MAX + 1))).text).toMatch(/\rMSA\|AR\|/);
    expect(await askMllp(gateway.mllpPort, padded(MAX))).toMatch(/\rMSA\|AA\|/);
    expect(await askMllp(gateway.mllpPort, padded(MAX + 1))).toMatch(/\rMSA\|AR\|/);
  });

  it('is 413 at the JSON doors', async () => {
    for (const path of ['/fhir', '/transfers']) {
      expect((await json(path, { a: 'x'.repeat(MAX) })).status).toBe(413);
    }
  });
});

describe('sender unknown or not allowed', () => {
  it('is 401 for a key nobody has, and not counted', async () => {
    const before = await count('received');
    for (const path of ['/fhir', '/transfers']) {
      expect((await json(path, transfer('KEY'), { authorization: 'Bearer wrong' })).status).toBe(401);
    }
    expect(await count('received')).toBe(before);
  });

  it('is 403 for a door a source may not use', async () => {
    expect((await json('/transfers', transfer('DOOR'), { 'x-source': 'sandbox-ecd' })).status).toBe(403);
  });

  it('is 401 for a name nobody has', async () => {
    expect((await json('/transfers', transfer('NAME'), { 'x-source': 'nobody' })).status).toBe(401);
  });
});

describe('no flow', () => {
  it('is AR 200 for an unknown message type and 201 for an unknown event', async () => {
    expect(await askMllp(gateway.mllpPort, lab('T1').replace('ORU^R01^ORU_R01', 'XYZ^Z01'))).toMatch(
      /MSA\|AR\|T1[^]*\|200/,
    );
    expect((await overHttp(lab('T2').replace('ORU^R01^ORU_R01', 'ORU^W01'))).text).toMatch(/MSA\|AR\|T2[^]*\|201/);
  });

  it('is 404 not-supported for a Bundle of no flow', async () => {
    const bundle = { resourceType: 'Bundle', type: 'transaction' };
    const reply = await json('/fhir', bundle);
    expect(reply.status).toBe(404);
    expect(reply.text).toContain('not-supported');
    expect((await json('/fhir', { resourceType: 'Patient' })).status).toBe(404);
  });
});

describe('content that breaks a rule', () => {
  const wrongBsn = labResult(person, {
    controlId: 'B1',
    filler: 'B1',
    potassium: '4.0',
    flag: 'N',
    status: 'F',
    at,
    bsn: '999999999',
  });

  it('is AE with its place, and CE in enhanced mode', async () => {
    expect(await askMllp(gateway.mllpPort, wrongBsn)).toMatch(/MSA\|AE\|B1\rERR\|\|PID\^1\^3\^2\^1\|/);
    const enhanced = wrongBsn.replace('|2.5|||||NLD', '|2.5|||AL|NE|NLD');
    expect((await overHttp(enhanced)).text).toMatch(/MSA\|CE\|B1/);
  });

  it('stands in ERR-1 and MSA-3 too below v2.5', async () => {
    const old = wrongBsn.replace('|P|2.5|', '|P|2.4|');
    expect(await askMllp(gateway.mllpPort, old)).toMatch(/\|2\.4[^]*MSA\|AE\|B1\|[^|\r]+[^]*ERR\|PID\^1\^3/);
  });

  it('is AE for an empty control id', async () => {
    expect((await overHttp(lab(''))).text).toMatch(/MSA\|AE\r[^]*MSH\^1\^10/);
  });

  it.each([
    [
      'a BSN that fails the elfproef',
      { patient: { bsn: '999999999', name: { family: 'X' }, birthDate: '1940-01-01', gender: 'female' } },
      '$.patient.bsn',
    ],
    ['an unstable patient', { haemodynamicallyStable: false }, '$.haemodynamicallyStable'],
    ['complex diagnostics needed', { complexDiagnosticsNeeded: true }, '$.complexDiagnosticsNeeded'],
    ['an unknown key', { colour: 'red' }, '$.colour'],
    ['a tier that is no wijkkliniek', { tier: 'ziekenhuis' }, '$.tier'],
    ['no regiebehandelaar', { careTeam: [{ role: 'SPRF', name: 'G', profession: 'klinisch-geriater' }] }, '$.careTeam'],
    ['complex without geriater', { careTeam: [{ role: 'RESP', name: 'G', profession: 'huisarts' }] }, '$.careTeam'],
    ['an unknown wijkkliniek', { to: 'wijkkliniek-nowhere' }, '$.to'],
  ])('is 422 at the place of %s', async (_what, change, place) => {
    const reply = await json('/transfers', { ...transfer(nextId()), ...change });
    expect(reply.status).toBe(422);
    const { issue } = JSON.parse(reply.text) as { issue: { expression?: string[] }[] };
    expect(issue.flatMap(({ expression }) => expression ?? []).some((at) => at.startsWith(place))).toBe(true);
    expect(reply.text).not.toContain('999999999');
  });
});

describe('the same key with other content', () => {
  it('is 409 or AR 205, and kept', async () => {
    const id = nextId();
    expect((await json('/transfers', transfer(id))).status).toBe(200);
    const before = await count('refused');
    const reply = await json('/transfers', { ...transfer(id), tier: 'wijkkliniek-light' });
    expect(reply.status).toBe(409);
    expect(reply.text).toContain('duplicate');
    await askMllp(gateway.mllpPort, lab('SAME'));
    expect(await askMllp(gateway.mllpPort, lab('SAME').replace('4.0', '4.1'))).toMatch(/MSA\|AR\|SAME[^]*\|205/);
    expect(await count('refused')).toBe(before + 2);
  });
});

describe('the wire', () => {
  it('takes a message byte by byte', async () => {
    const bytes = frameBytes(Buffer.from(lab(nextId())));
    const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await talkMllp(gateway.mllpPort, chunks, 1)).toEqual([expect.stringMatching(/MSA\|AA/)]);
  });

  it('takes two messages in one chunk and answers in order', async () => {
    const [first, second] = [nextId(), nextId()];
    const both = Buffer.concat([frameBytes(Buffer.from(lab(first))), frameBytes(Buffer.from(lab(second)))]);
    const answers = await talkMllp(gateway.mllpPort, [both], 2);
    expect(answers.map((text) => /MSA\|AA\|(\w+)/.exec(text)?.[1])).toEqual([first, second]);
  });
});

it('answers NE with nothing and ER only with errors', async () => {
  const quiet = (id: string, mode: string): string => lab(id).replace('|2.5|||||NLD', `|2.5|||${mode}|NE|NLD`);
  const id = nextId();
  const framed = [quiet(id, 'NE'), quiet(nextId(), 'ER'), lab('LAST1')].map((text) => frameBytes(Buffer.from(text)));
  const answers = await talkMllp(gateway.mllpPort, framed, 1);
  expect(answers).toEqual([expect.stringMatching(/MSA\|AA\|LAST1/)]);
  const { items } = (await (await fetch(`${gateway.url}/messages?controlId=${id}`)).json()) as { items: unknown[] };
  expect(items).toHaveLength(1);
});
