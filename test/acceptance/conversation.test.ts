import { askMllp } from '../setup/mllp.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import {
  call,
  coalition,
  KEYS,
  labMessage,
  moveTask,
  SEH,
  testBsn,
  tracked,
  transferBody,
  VVT,
} from '../setup/coalition.ts';
import { startPartner, type Partner } from '../setup/partner.ts';

let ecd: Partner;
let gateway: TestGateway;
beforeAll(async () => {
  ecd = await startPartner();
  gateway = await inProcess({ region: coalition(ecd.url), env: KEYS });
});
afterAll(async () => {
  await gateway.stop();
  await ecd.stop();
});

let counter = 0;
const ask = async (bsn: string): Promise<string> => {
  const reply = await call(gateway, 'POST', '/transfers', transferBody(`REQ-${++counter}`, bsn), SEH);
  expect(reply.status).toBe(200);
  return String(reply.json['task']);
};
const refusedSoFar = async (): Promise<unknown> => (await call(gateway, 'GET', '/reconciliation')).json['refused'];

describe('who may take which step of the Task', () => {
  it('is 403 for a step of the other side, and nothing is kept of it', async () => {
    const task = await ask(testBsn(1));
    const before = await refusedSoFar();
    const accepted = await moveTask(gateway, task, { status: 'accepted' }, SEH);
    expect([accepted.status, accepted.text]).toEqual([403, expect.stringContaining('owner')]);
    expect((await moveTask(gateway, task, { status: 'cancelled' }, VVT)).status).toBe(403);
    expect(await refusedSoFar()).toBe(before);
  });

  it('is 422 for a step nobody may take from here, naming the allowed ones', async () => {
    const task = await ask(testBsn(2));
    for (const status of ['completed', 'draft', 'ready', 'on-hold', 'in-progress']) {
      const reply = await moveTask(gateway, task, { status });
      expect([status, reply.status]).toEqual([status, 422]);
      expect(reply.text).toContain('received, accepted, rejected');
    }
  });

  it('is 428 without If-Match and 412 with a stale one', async () => {
    const task = await ask(testBsn(3));
    const { json } = await call(gateway, 'GET', `/fhir/${task}`, undefined, VVT);
    const body = { ...json, status: 'received' };
    expect((await call(gateway, 'PUT', `/fhir/${task}`, body, VVT)).status).toBe(428);
    expect((await call(gateway, 'PUT', `/fhir/${task}`, body, { ...VVT, 'if-match': 'W/"9"' })).status).toBe(412);
  });
});

it('takes a transfer from a hospital, not from the VVT that would receive it', async () => {
  const seh = await call(gateway, 'POST', '/transfers', transferBody('FROM-VVT', testBsn(4)), VVT);
  expect(seh.status).toBe(403);
});

it('knows a laboratory by its MSH-3, though a hospital takes any message', async () => {
  await askMllp(gateway.mllpPort, labMessage({ id: 'BY-LAB', bsn: testBsn(5) }));
  await askMllp(gateway.mllpPort, labMessage({ id: 'BY-HOSPITAL', bsn: testBsn(5), application: 'HIX' }));
  expect((await tracked(gateway, 'BY-LAB')).source).toBe('lab');
  expect((await tracked(gateway, 'BY-HOSPITAL')).source).toBe('hospital-v2');
});

it('refuses a result without any number of its patient, instead of holding it in vain', async () => {
  const nobody = labMessage({ id: 'NOBODY', bsn: testBsn(7) }).replace(/PID[^\r]+/, 'PID|1||||Canarius^Zorro');
  expect(await askMllp(gateway.mllpPort, nobody)).toMatch(/MSA\|AE\|NOBODY[^]*PID\^1\^3/);
  const numbered = labMessage({ id: 'NUMBERED', bsn: '', number: '4109590' });
  expect(await askMllp(gateway.mllpPort, numbered)).toMatch(/MSA\|AA\|NUMBERED/);
});

it('tells who asks when a transfer waits for a person, because a number is known for somebody else', async () => {
  const { patient } = transferBody('ASKS', testBsn(8)) as { patient: object };
  const first = { ...transferBody('OF-ONE', testBsn(8)), patient: { ...patient, patientNumber: '4711' } };
  const second = {
    ...transferBody('OF-ANOTHER', testBsn(9)),
    patient: { ...patient, bsn: testBsn(9), patientNumber: '4711' },
  };
  expect((await call(gateway, 'POST', '/transfers', first, SEH)).status).toBe(200);
  const reply = await call(gateway, 'POST', '/transfers', second, SEH);
  expect(reply.json['task']).toBeNull();
  expect((reply.json['warnings'] as { code: string }[]).map(({ code }) => code)).toContain('parked');
  expect((await tracked(gateway, 'OF-ANOTHER')).status).toBe('parked');
});

it('keeps delivering to an active stay when a second transfer of the same patient is rejected', async () => {
  const bsn = testBsn(6);
  const first = await ask(bsn);
  await eventually(async () => (await moveTask(gateway, first, { status: 'accepted' })).status === 200);
  ecd.behave = () => ({ status: 500 });
  const second = await ask(bsn);
  await askMllp(gateway.mllpPort, labMessage({ id: 'STAYS', bsn }));
  expect((await moveTask(gateway, second, { status: 'rejected' })).status).toBe(200);
  expect((await tracked(gateway, 'STAYS')).deliveries.map(({ status }) => status)).toEqual(['waiting']);
  ecd.behave = () => ({ status: 200, body: '{}' });
  await eventually(async () => (await tracked(gateway, 'STAYS')).deliveries[0]?.status === 'delivered');
});
