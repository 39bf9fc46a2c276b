import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Bundle } from 'fhir/r4.js';
import { labResult, transferRequest } from '../../../gateway/cli/demo/messages.ts';
import { demoPerson } from '../../../gateway/cli/demo/person.ts';
import { GatewayClient, GatewayError, type TransferRequest } from '../../../gateway/client/client.ts';
import { eventually, inProcess, type TestGateway } from '../../setup/gateway.ts';
import { faultsBySchema, type Described } from './described.ts';

let gateway: TestGateway;
let description: Described;
/** What the client called, as the description names it, and what the answers had wrong by it. */
const called = new Set<string>();
const faults: string[] = [];

const KEY = 'the-key-of-the-operator';
const clientFor = (source: string, key?: string): GatewayClient =>
  new GatewayClient({
    baseUrl: gateway.url,
    source,
    ...(key === undefined ? {} : { key }),
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const url = new URL(input instanceof Request ? input.url : input);
      const method = (init?.method ?? 'GET').toLowerCase();
      const path = Object.keys(description.paths)
        .sort((a, b) => a.split('{').length - b.split('{').length)
        .find((one) => new RegExp(`^${one.replace('$', '\\$').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(url.pathname));
      const operation = description.paths[path ?? '']?.[method];
      called.add(`${method} ${path ?? url.pathname}`);
      if (operation === undefined) faults.push(`${method} ${url.pathname} is not described`);
      else {
        for (const name of url.searchParams.keys()) {
          const known = operation.parameters?.some((parameter) => parameter.in === 'query' && parameter.name === name);
          if (known !== true) faults.push(`${method} ${url.pathname}: ${name} is not described`);
        }
        const told = operation.responses[String(response.status)];
        if (told === undefined) faults.push(`${method} ${url.pathname}: ${response.status} is not described`);
        const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
        const schema = told?.content?.[type]?.schema;
        if (schema !== undefined && type.includes('json')) {
          faults.push(
            ...faultsBySchema(description, schema, await response.clone().json(), `${method} ${url.pathname}`),
          );
        }
      }
      return response;
    },
  });

beforeAll(async () => {
  gateway = await inProcess({ env: { OPERATOR_KEY: KEY } });
  description = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as Described;
});
afterAll(async () => gateway.stop());

const person = demoPerson(() => 0.1);
const now = new Date();
const lab = (controlId: string, bsn?: string): string =>
  labResult(person, {
    ...{ controlId, filler: controlId, potassium: '4.0', flag: 'N', status: 'F', at: now },
    ...(bsn === undefined ? {} : { bsn }),
  });
const transfer = (requestId: string): TransferRequest => transferRequest(person, requestId, now) as TransferRequest;
const fhirSample = (name: string): Bundle =>
  JSON.parse(readFileSync(`mappings/lab-fhir/samples/${name}/input.json`, 'utf8')) as Bundle;
const refusal = async (promise: Promise<unknown>): Promise<GatewayError> => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayError)) throw new Error('it was not refused');
  return error;
};

describe('a client', () => {
  it('sends as a hospital, and hears where each message can be followed', async () => {
    const hospital = clientFor('sandbox-hospital');
    const sent = await hospital.sendHl7v2(lab('CLIENT-1'));
    expect(sent.acknowledgement).toMatch(/\rMSA\|AA\|CLIENT-1/);
    expect(sent.id).toMatch(/^[0-9a-f-]{36}$/);
    const asked = await hospital.sendTransfer(transfer('CLIENT-2'));
    expect(asked.task).toMatch(/^Task\//);
    const bundle = await hospital.sendBundle(fhirSample('transaction-potassium'));
    expect(bundle.response.type).toBe('transaction-response');
    const message = await hospital.processMessage(fhirSample('message-shared-identifier'));
    expect(message.response.type).toBe('message');
    expect((await hospital.validate({ resourceType: 'Patient' })).resourceType).toBe('OperationOutcome');
  });

  it('moves a Task as a VVT, and is told when it was too late', async () => {
    const ecd = clientFor('sandbox-ecd');
    const { items, next } = await ecd.searchTasks({ status: ['requested', 'received'], count: 10 });
    expect(next).toBeNull();
    const [found] = items;
    if (found === undefined) throw new Error('the ECD sees no Task');
    const read = await ecd.readTask(found.task.id ?? '');
    expect(read).toEqual(found);
    const accepted = await ecd.updateTask(read, { status: 'accepted' });
    expect(accepted.task.status).toBe('accepted');
    const { identifier } = accepted.task.focus ?? {};
    const named = { system: identifier?.system ?? '', value: identifier?.value ?? '' };
    const request = await ecd.find('ServiceRequest', named);
    expect(await ecd.read('ServiceRequest', request?.id ?? '')).toEqual(request);
    expect(await clientFor('sandbox-hospital').find('ServiceRequest', named)).toBeNull();
    expect(Number(accepted.version)).toBeGreaterThan(Number(read.version));
    expect(await refusal(ecd.updateTask(read, { status: 'rejected' }))).toMatchObject({ kind: 'stale', status: 412 });
    expect(await refusal(ecd.updateTask(accepted, { status: 'requested' }))).toMatchObject({
      kind: 'refused',
      status: 422,
    });
  });

  it('pages through Tasks', async () => {
    await clientFor('sandbox-hospital').sendTransfer({
      ...transfer('CLIENT-3'),
      patient: { ...transfer('x').patient },
    });
    const ecd = clientFor('sandbox-ecd');
    const first = await ecd.searchTasks({ count: 1 });
    const second = await ecd.searchTasks({ count: 1, ...(first.next === null ? {} : { cursor: first.next }) });
    expect(second.items[0]?.task.id).not.toBe(first.items[0]?.task.id);
  });

  it('tells an operator everything', async () => {
    const operator = clientFor('sandbox-hospital', KEY);
    const { items } = await operator.messages({ controlId: 'CLIENT-1', limit: 5 });
    const [first] = items;
    if (first === undefined) throw new Error('the message is not listed');
    const delivered = await eventually(async () => {
      const message = await operator.message(first.id);
      return message.status === 'delivered' && message;
    });
    expect(delivered.deliveries).toHaveLength(1);
    expect((await operator.searchMessages({ bsn: person.bsn })).items.map(({ id }) => id)).toContain(first.id);
    const raw = await operator.raw(first.id);
    expect(new TextDecoder().decode(raw.bytes)).toBe(lab('CLIENT-1'));
    expect((await operator.mapped(first.id)).type).toBe('transaction');
    expect((await operator.explain(first.id)).values.length).toBeGreaterThan(10);
    expect(await operator.replay(first.id, { mapping: 'original', force: true })).toHaveLength(1);
    expect(await operator.rehearseReplay(first.id)).toEqual([]);
    const found = await operator.replayMany({ status: 'delivered', flow: 'lab-result', dryRun: true });
    expect(found).toMatchObject({ dryRun: true, replayed: 0, difference: [], next: null });
    expect((await operator.destinations()).map(({ id }) => id)).toContain('ecd');
    expect(await operator.pauseDestination('gp')).toMatchObject({ id: 'gp', health: 'paused' });
    expect(await operator.resumeDestination('gp')).toMatchObject({ id: 'gp', health: 'ok', pausedAt: null });
    expect((await operator.reconciliation()).balanced).toBe(true);
    expect((await operator.enrolments({ status: 'active' })).items).toHaveLength(1);
    expect((await operator.unmappedCodes({ source: 'nobody' })).items).toEqual([]);
    expect((await operator.searchEnrolments({ bsn: person.bsn })).items.length).toBeGreaterThan(0);
  });

  it('rejects with what was refused, where, and under which id it is kept', async () => {
    const hospital = clientFor('sandbox-hospital');
    const json = await refusal(
      hospital.sendTransfer({ ...transfer('CLIENT-4'), patient: { ...transfer('x').patient, bsn: '999999999' } }),
    );
    expect(json).toMatchObject({ kind: 'refused', status: 422, faults: [{ location: '$.patient.bsn' }] });
    const v2 = await refusal(hospital.sendHl7v2(lab('CLIENT-5', '999999999')));
    expect(v2.acknowledgement).toContain('MSA|AE|');
    expect(v2.faults).not.toEqual([]);
    const operator = clientFor('sandbox-hospital', KEY);
    for (const { messageId } of [json, v2]) {
      expect((await operator.message(messageId ?? '')).status).toBe('refused');
    }
    expect(await refusal(hospital.messages())).toMatchObject({ kind: 'refused', status: 401 });
    expect(await refusal(operator.message('00000000-0000-4000-8000-000000000000'))).toMatchObject({ status: 404 });
  });

  it('rejects as unreachable when nobody answers', async () => {
    const nobody = new GatewayClient({ baseUrl: 'http://127.0.0.1:9' });
    expect(await refusal(nobody.reconciliation())).toMatchObject({ kind: 'unreachable', status: null });
    const full = new GatewayClient({
      baseUrl: gateway.url,
      fetch: async () => new Response('', { status: 503, headers: { 'retry-after': '7' } }),
    });
    expect(await refusal(full.sendHl7v2('MSH|'))).toMatchObject({ kind: 'unreachable', retryAfterSeconds: 7 });
  });

  it('calls what the description describes, gets what it promises, and leaves nothing of it out', () => {
    expect(faults).toEqual([]);
    const forPeopleAndMonitors = /health|metrics|openapi|metadata|get \/$|\{type\}\/\$/;
    const operations = Object.entries(description.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .filter((operation) => !forPeopleAndMonitors.test(operation));
    expect([...called].sort()).toEqual(operations.sort());
  });

  it('is what the package exports', () => {
    const script =
      "const { GatewayClient } = await import('wijkkliniek-gateway/client'); console.log(typeof GatewayClient)";
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe(
      'function\n',
    );
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      exports: Record<string, { types: string }>;
    };
    expect(readFileSync(exports['./client']?.types ?? '', 'utf8')).toContain('class GatewayClient');
  });
});
