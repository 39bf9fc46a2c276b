import { connect } from 'node:net';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';
import { demoPerson } from '../../gateway/cli/demo/person.ts';
import { labResult, transferRequest, type LabFacts } from '../../gateway/cli/demo/messages.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await inProcess();
});
afterAll(async () => gateway.stop());

const person = demoPerson(() => 0.123);
const stranger = demoPerson(() => 0.777);
const at = new Date('2026-11-20T13:00:00Z');
const lab = (facts: Partial<LabFacts>, who = person): string =>
  labResult(who, { controlId: 'L1', filler: 'F1', potassium: '3.1', flag: 'L', status: 'F', at, ...facts });

/** Sends over MLLP and returns the acknowledgement. */
const overMllp = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FrameReader({ maxBytes: 1 << 20 });
    const socket = connect(gateway.mllpPort, '127.0.0.1', () => socket.write(frameBytes(Buffer.from(text))));
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      for (const event of reader.push(chunk)) {
        if (event.kind !== 'frame') continue;
        socket.destroy();
        resolve(Buffer.from(event.bytes).toString('utf8'));
      }
    });
  });

interface Json {
  [key: string]: Json;
}
const get = async <T = Json>(path: string, headers: Record<string, string> = {}): Promise<T> =>
  (await (await fetch(gateway.url + path, { headers })).json()) as T;
const post = (path: string, body: unknown): Promise<Response> =>
  fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

interface Seen {
  readonly types: readonly string[];
  readonly status: number;
}
const receivedBy = async (partner: string): Promise<Seen[]> =>
  (await get<{ items: Seen[] }>(`/sandbox/${partner}/log`)).items;
const messageOf = async (controlId: string): Promise<{ id: string; status: string }> => {
  const { items } = await get<{ items: { id: string; status: string }[] }>(`/messages?controlId=${controlId}`);
  const [message] = items;
  if (message === undefined) throw new Error(`no message ${controlId}`);
  return message;
};

const putTask = (id: string, version: number, body: object, source = 'sandbox-ecd'): Promise<Response> =>
  fetch(`${gateway.url}/fhir/Task/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json', 'if-match': `W/"${version}"`, 'x-source': source },
    body: JSON.stringify(body),
  });

describe('a transfer and its lab results', () => {
  let taskId = '';

  it('holds a result that comes before its transfer', async () => {
    const answer = await overMllp(lab({ controlId: 'EARLY' }));
    expect(answer).toMatch(/\rMSA\|AA\|EARLY/);
    expect((await messageOf('EARLY')).status).toBe('held');
    expect(await receivedBy('ecd')).toEqual([]);
  });

  it('never forwards a patient who is nobody’s', async () => {
    expect(await overMllp(lab({ controlId: 'STRANGER', filler: 'FS' }, stranger))).toMatch(/\rMSA\|AA\|STRANGER/);
    expect((await messageOf('STRANGER')).status).toBe('held');
  });

  it('tells the VVT of the transfer with nothing that identifies', async () => {
    const response = await post('/transfers', transferRequest(person, 'SEH-1', at));
    const answer = (await response.json()) as { id: string; task: string };
    expect(response.status).toBe(200);
    expect(response.headers.get('location')).toBe(`/messages/${answer.id}`);
    taskId = answer.task.replace('Task/', '');
    const [notice] = await eventually(async () => {
      const seen = await receivedBy('ecd');
      return seen.length > 0 && seen;
    });
    expect(notice?.types).toContain('Composition');
    const everything = await Promise.all(
      ['Task', 'ServiceRequest', 'Patient', 'Observation', 'Composition'].map((type) =>
        get(`/sandbox/ecd/fhir/${type}`),
      ),
    );
    const text = JSON.stringify(everything);
    for (const secret of [
      person.bsn,
      person.patientNumber,
      person.family,
      person.given,
      person.birthDate,
      'SEH-1',
      'Hartfalen',
      '0200000000',
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it('shows the VVT a Task without the patient until it accepts', async () => {
    const task = await get(`/fhir/Task/${taskId}`, { 'x-source': 'sandbox-ecd' });
    expect(task.for).toBeUndefined();
    expect(task.status).toBe('requested');
    expect((await get(`/fhir/Task/${taskId}`, { 'x-source': 'sandbox-hospital' })).for).toBeDefined();
  });

  it('refuses a step that is not in the table, naming the allowed ones, and a stale one', async () => {
    const task = await get(`/fhir/Task/${taskId}`, { 'x-source': 'sandbox-ecd' });
    const wrong = await putTask(taskId, 1, { ...task, status: 'completed' });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain('received, accepted, rejected');
    expect((await putTask(taskId, 1, { ...task, status: 'accepted' }, 'sandbox-hospital')).status).toBe(403);
    expect((await putTask(taskId, 7, { ...task, status: 'accepted' })).status).toBe(412);
    const other = { ...task, status: 'accepted', authoredOn: '2020-01-01T00:00:00Z' };
    expect((await putTask(taskId, 1, other)).status).toBe(422);
  });

  it('delivers the full handoff and then the held result, in order, when the VVT accepts', async () => {
    const task = await get(`/fhir/Task/${taskId}`, { 'x-source': 'sandbox-ecd' });
    const response = await putTask(taskId, 1, { ...task, status: 'accepted' });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('W/"2"');
    const seen = await eventually(async () => {
      const log = await receivedBy('ecd');
      return log.length >= 3 && log;
    });
    expect(seen[1]?.types).toEqual(expect.arrayContaining(['Task', 'CareTeam', 'Consent']));
    expect(seen[2]?.types).toEqual(expect.arrayContaining(['DiagnosticReport', 'Observation']));
    expect(seen.map(({ status }) => status)).toEqual([200, 200, 200]);
    await eventually(async () => (await messageOf('EARLY')).status === 'delivered');
    expect((await get(`/fhir/Task/${taskId}`, { 'x-source': 'sandbox-ecd' })).for).toBeDefined();
    await eventually(async () => (await receivedBy('hospital')).length === 1);
  });

  it('gives the same PUT the same answer', async () => {
    const task = await get(`/fhir/Task/${taskId}`, { 'x-source': 'sandbox-ecd' });
    const body = { ...task, status: 'in-progress' };
    expect((await putTask(taskId, 2, body)).headers.get('etag')).toBe('W/"3"');
    expect((await putTask(taskId, 2, body)).headers.get('etag')).toBe('W/"3"');
  });

  it('makes a correction a new state of the same result', async () => {
    await overMllp(lab({ controlId: 'LATER', filler: 'F2', potassium: '3.40' }));
    await overMllp(lab({ controlId: 'CORRECTED', filler: 'F2', potassium: '3.90', status: 'C', flag: 'N' }));
    await eventually(async () => (await messageOf('CORRECTED')).status === 'delivered');
    const found = await (await fetch(`${gateway.url}/sandbox/ecd/fhir/Observation?_count=200`)).text();
    expect(found).toMatch(/"value":\s*3\.90/);
    expect(found).not.toMatch(/"value":\s*3\.40/);
    expect(found).toContain('"corrected"');
  });

  it('answers a duplicate with the same bytes, without a second effect', async () => {
    const before = await get<{ received: number }>('/reconciliation');
    const text = lab({ controlId: 'CORRECTED', filler: 'F2', potassium: '3.90', status: 'C', flag: 'N' });
    expect(await overMllp(text)).toBe(await overMllp(text));
    expect((await get('/reconciliation')).received).toBe(before.received);
  });

  it('refuses the same id with other content', async () => {
    expect(await overMllp(lab({ controlId: 'CORRECTED', filler: 'F2', potassium: '9.9' }))).toMatch(
      /MSA\|AR\|CORRECTED[^]*\|205/,
    );
  });

  it('refuses a BSN that fails the elfproef at its place, and takes the next message', async () => {
    expect(await overMllp(lab({ controlId: 'BAD', bsn: '999999999' }))).toMatch(/MSA\|AE\|BAD[^]*PID\^1\^3\^2\^1/);
    expect(await overMllp(lab({ controlId: 'GOOD', filler: 'F3' }))).toMatch(/MSA\|AA\|GOOD/);
  });

  it('keeps the stranger’s result to itself to the end, and accounts for everything', async () => {
    await eventually(async () => (await messageOf('GOOD')).status === 'delivered');
    expect(JSON.stringify(await get('/sandbox/ecd/fhir/Patient?_count=200'))).not.toContain(stranger.bsn);
    expect((await messageOf('STRANGER')).status).toBe('held');
    const counts = await get<Record<string, number>>('/reconciliation');
    expect(counts).toMatchObject({ balanced: true, held: 1 });
    const rest = Object.entries(counts).filter(([name]) => name !== 'received' && name !== 'balanced');
    expect(rest.reduce((sum, [, count]) => sum + count, 0)).toBe(counts.received);
  });

  it('explains every value of a stored message without showing one', async () => {
    const { id } = await messageOf('LATER');
    const explained = JSON.stringify(await get(`/messages/${id}/explain`));
    expect(explained).toContain('OBX[1]-5');
    expect(explained).not.toContain(person.bsn);
  });
});
