import type { Bundle, FhirResource, Identifier, Patient, ServiceRequest, Task } from 'fhir/r4.js';
import { transferRequest } from '../../gateway/cli/demo/messages.ts';
import { demoPerson, type DemoPerson } from '../../gateway/cli/demo/person.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await inProcess();
});
afterAll(async () => gateway.stop());

const ask = (
  path: string,
  source = 'sandbox-ecd',
  init: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Response> =>
  fetch(`${gateway.url}/fhir/${path}`, {
    ...init,
    headers: { 'x-source': source, 'content-type': 'application/fhir+json', ...init.headers },
  });
const byId = async <T extends FhirResource>(path: string): Promise<T> => (await (await ask(path)).json()) as T;
const search = async (type: string, system: string, value: string, source?: string): Promise<Bundle> =>
  (await (await ask(`${type}?identifier=${encodeURIComponent(`${system}|${value}`)}`, source)).json()) as Bundle;

const BSN = 'http://fhir.nl/fhir/NamingSystem/bsn';

async function requested(person: DemoPerson, requestId: string): Promise<string> {
  const response = await fetch(`${gateway.url}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(transferRequest(person, requestId, new Date())),
  });
  return ((await response.json()) as { task: string }).task.replace('Task/', '');
}

async function move(task: string, status: Task['status']): Promise<Task> {
  const read = await ask(`Task/${task}`);
  const seen = (await read.json()) as Task;
  const moved = await ask(`Task/${task}`, 'sandbox-ecd', {
    method: 'PUT',
    headers: { 'if-match': read.headers.get('etag') ?? '' },
    body: JSON.stringify({ ...seen, status }),
  });
  expect(moved.status).toBe(200);
  return (await moved.json()) as Task;
}

/** What the sandbox ECD holds of a type. */
const held = async (type: string): Promise<readonly FhirResource[]> => {
  const response = await fetch(`${gateway.url}/sandbox/ecd/fhir/${type}?_count=200`);
  return (((await response.json()) as Bundle<FhirResource>).entry ?? []).flatMap(({ resource }) => resource ?? []);
};

describe('what a transfer discloses', () => {
  it('is before acceptance the advance notice alone, and names nobody', async () => {
    const person = demoPerson(() => 0.66);
    await requested(person, 'DISCLOSED-1');
    await eventually(async () => (await held('Composition')).length > 0);
    for (const type of ['ServiceRequest', 'Patient', 'Composition', 'Observation', 'Flag']) {
      for (const resource of await held(type)) {
        const { system, value } = [Reflect.get(resource, 'identifier') as Identifier | Identifier[]].flat()[0] ?? {};
        const [entry] = (await search(type, system ?? '', value ?? '')).entry ?? [];
        const text = await (await ask(`${type}/${entry?.resource?.id ?? ''}`)).text();
        expect(JSON.parse(text)).toEqual(entry?.resource);
        for (const identifying of [person.bsn, person.family, person.birthDate, person.patientNumber]) {
          expect(text).not.toContain(identifying);
        }
      }
    }
    expect((await search('Patient', BSN, person.bsn)).total).toBe(0);
  });

  it('is after acceptance the handoff, found as the Task names it, and read by its id', async () => {
    const person = demoPerson(() => 0.33);
    const task = await requested(person, 'DISCLOSED-2');
    expect((await search('Patient', BSN, person.bsn)).total).toBe(0);
    const accepted = await move(task, 'accepted');
    const { identifier } = accepted.focus ?? {};
    const found = await search('ServiceRequest', identifier?.system ?? '', identifier?.value ?? '');
    const request = found.entry?.[0]?.resource as ServiceRequest;
    expect(request.resourceType).toBe('ServiceRequest');
    const response = await ask(`ServiceRequest/${request.id ?? ''}`);
    expect(response.headers.get('etag')).toBe(`W/"${request.meta?.versionId ?? ''}"`);
    expect(await response.json()).toEqual(request);
    // References lead on to what belongs to it.
    const patient = await byId<Patient>(request.subject.reference ?? '');
    expect(patient.identifier?.some(({ system, value }) => system === BSN && value === person.bsn)).toBe(true);
    expect((await search('Patient', BSN, person.bsn)).entry?.[0]?.resource).toEqual(patient);
  });

  it('is nobody else’s', async () => {
    const person = demoPerson(() => 0.9);
    await move(await requested(person, 'DISCLOSED-3'), 'accepted');
    const own = await search('Patient', BSN, person.bsn);
    expect(own.total).toBe(1);
    expect((await search('Patient', BSN, person.bsn, 'sandbox-hospital')).total).toBe(0);
    const id = own.entry?.[0]?.resource?.id ?? '';
    expect((await ask(`Patient/${id}`, 'sandbox-hospital')).status).toBe(404);
    expect((await ask(`Observation/${id}`)).status).toBe(404);
  });

  it.each([
    ['Patient/no-such-id', 404],
    ['Patient', 400],
    ['Patient?name=Vries', 400],
    [`Patient?identifier=${BSN}|999990019&name=x`, 400],
    ['Patient?identifier=999990019', 400],
    ['patient/x', 404],
    ['$validate', 404],
    ['Patient/$validate', 404],
  ])('answers %s with %d', async (path, status) => {
    const response = await ask(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('resourceType', 'OperationOutcome');
  });
});
