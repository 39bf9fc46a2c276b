/** A gateway whose region names packages: $validate knows their profiles, and what it delivers is looked at. */
import { readFileSync } from 'node:fs';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };
import { NAMED, packageFolder } from '../gateway/conformance/package.ts';
import { eventually, inProcess, regionOf, type TestGateway } from '../setup/gateway.ts';

const folder = packageFolder();
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await inProcess({ region: regionOf({ ...sandbox, packages: [folder], proveSample: 1 }) });
});
afterAll(async () => gateway.stop());

const post = (path: string, body: string): Promise<Response> =>
  fetch(gateway.url + path, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body });

it('$validate holds a resource against the profile it claims, from the packages of the region', async () => {
  const patient = JSON.stringify({ resourceType: 'Patient', meta: { profile: [NAMED] } });
  const response = await post('/fhir/$validate', patient);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ issue: [{ severity: 'error', expression: ['Patient.name'] }] });
});

it('what was delivered is checked, an advance notice too, and the operator sees the count', async () => {
  const bundle = readFileSync('mappings/transfer-fhir/samples/amsterdam-pneumonia/input.json', 'utf8');
  const sent = await post('/fhir', bundle.replaceAll('wijkkliniek-amsterdam', 'wijkkliniek-sandbox'));
  expect(sent.status).toBe(200);
  const metrics = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();
  await eventually(async () => /gateway_profile_checks_total\{result="valid"\} [1-9]/.test(await metrics()));
  expect(await metrics()).not.toMatch(/gateway_profile_errors_total\{/);
});
