import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await inProcess();
});
afterAll(async () => gateway.stop());

interface Bundle {
  readonly resourceType: string;
  readonly type: string;
  readonly identifier?: { readonly value: string };
  readonly entry: readonly {
    readonly resource: Record<string, unknown>;
    readonly request?: unknown;
    readonly response?: { readonly status: string };
  }[];
}
const samples = join(__dirname, '../../mappings');
const inputsOf = (mapping: string): [string, Bundle][] =>
  readdirSync(join(samples, mapping, 'samples'))
    .filter((name) => {
      const expected = readFileSync(join(samples, mapping, 'samples', name, 'expected.json'), 'utf8');
      return expected.includes('"resourceType": "Bundle"');
    })
    .map((name) => [
      name,
      JSON.parse(readFileSync(join(samples, mapping, 'samples', name, 'input.json'), 'utf8')) as Bundle,
    ]);

/** A collection is for `map` only: no door takes it. */
const sendable = (mapping: string): [string, Bundle][] =>
  inputsOf(mapping).filter(([, { type }]) => type !== 'collection');

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(body),
  });
const show = async (
  response: Response,
): Promise<{ status: string; flow: string; deliveries: { kind: string; status: string }[] }> =>
  (await (await fetch(gateway.url + (response.headers.get('location') ?? ''))).json()) as never;

/** The sandbox has one wijkkliniek; a sample made for another coalition names its own. */
const forSandbox = (bundle: Bundle): Bundle =>
  JSON.parse(
    JSON.stringify(bundle).replaceAll(
      /wijkkliniek-(amsterdam|purmerend|nijmegen|boxmeer|zaandam)/g,
      'wijkkliniek-sandbox',
    ),
  ) as Bundle;

describe.each(sendable('transfer-fhir'))('the FHIR transfer %s', (_name, input) => {
  const bundle = forSandbox(input);
  const door = bundle.type === 'message' ? '/fhir/$process-message' : '/fhir';

  it('is answered with a transaction response or a message, and told to the VVT', async () => {
    const response = await post(door, bundle);
    const answer = (await response.json()) as Bundle;
    expect({ status: response.status, answer }).toMatchObject({ status: 200 });
    if (bundle.type === 'message') {
      expect(answer.entry[0]?.resource).toMatchObject({ resourceType: 'MessageHeader', response: { code: 'ok' } });
    } else {
      expect(answer.type).toBe('transaction-response');
      expect(answer.entry.length).toBeGreaterThanOrEqual(bundle.entry.length);
      expect(answer.entry.every(({ response: told }) => /^20\d/.test(told?.status ?? ''))).toBe(true);
    }
    await eventually(async () =>
      (await show(response)).deliveries.some(({ kind, status }) => kind === 'notice' && status === 'delivered'),
    );
    expect((await show(response)).flow).toBe('transfer-request');
  });
});

describe.each(sendable('lab-fhir'))('the FHIR lab Bundle %s', (_name, bundle) => {
  it('is held as a lab result', async () => {
    const response = await post(bundle.type === 'message' ? '/fhir/$process-message' : '/fhir', bundle);
    expect(response.status).toBe(200);
    expect(await show(response)).toMatchObject({ status: 'held', flow: 'lab-result' });
  });
});

it('tells the truth in its CapabilityStatement', async () => {
  const statement = (await (await fetch(`${gateway.url}/fhir/metadata`)).json()) as Record<string, unknown>;
  expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance' });
});

it('validates a resource, with a FHIRPath for what is wrong', async () => {
  const good = await post('/fhir/$validate', { resourceType: 'Patient', gender: 'female' });
  expect(await good.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  const bad = await post('/fhir/Patient/$validate', { resourceType: 'Patient', gender: 'vrouw', colour: 1 });
  expect(bad.status).toBe(200);
  expect(await bad.text()).toMatch(/Patient\.gender/);
});
