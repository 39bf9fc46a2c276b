/** The conversation the other way: the VVT asks, observes and discharges, and those it is for receive it. */
import type { Bundle, Communication, Composition, FhirResource, Observation, ServiceRequest } from 'fhir/r4.js';
import { transferRequest } from '../../gateway/cli/demo/messages.ts';
import { demoPerson, type DemoPerson } from '../../gateway/cli/demo/person.ts';
import { SYSTEM, WK_CODES } from '../../profiles/canonical.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';

const START = new Date('2026-11-20T13:00:00.000Z');
const HOUR = 3_600_000;
let now = START;
let gateway: TestGateway;
let counter = 0;
beforeEach(async () => {
  now = START;
  gateway = await inProcess({ clock: { now: () => now } });
});
afterEach(async () => gateway.stop());

const someone = (): DemoPerson => demoPerson(() => ((counter += 1) % 1000) / 1000 + 0.0005);
const get = async <T>(path: string, headers: Record<string, string> = {}): Promise<T> =>
  (await (await fetch(gateway.url + path, { headers })).json()) as T;

const ECD = 'sandbox-ecd';
const HOSPITAL = 'sandbox-hospital';
const PATIENT = 'urn:uuid:5a0c1e7e-0000-4000-8000-000000000001';
const subject = { reference: PATIENT };

function about(person: DemoPerson, key: string, ...resources: FhirResource[]): Bundle {
  const patient: FhirResource = { resourceType: 'Patient', identifier: [{ system: SYSTEM.bsn, value: person.bsn }] };
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    identifier: { system: 'urn:test', value: key },
    entry: [patient, ...resources].map((resource, index) => ({
      fullUrl: PATIENT.replace(/1$/, String(index + 1)),
      resource,
      request: { method: 'POST', url: resource.resourceType },
    })),
  };
}

const question = (change: Partial<ServiceRequest> = {}): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  identifier: [{ system: 'urn:test:question', value: 'Q1' }],
  status: 'active',
  intent: 'order',
  code: { coding: [{ system: SYSTEM.nza, code: '190017' }] },
  subject,
  requester: { display: 'V. Specialist' },
  reasonCode: [{ text: 'Antibiotica staken?' }],
  ...change,
});
const answer: Communication = {
  resourceType: 'Communication',
  identifier: [{ system: 'urn:test:answer', value: 'A1' }],
  status: 'completed',
  inResponseTo: [{ type: 'ServiceRequest', identifier: { system: 'urn:test:question', value: 'Q1' } }],
  subject,
  payload: [{ contentString: 'Nog drie dagen.' }],
};
const heartRate = (value: number): Observation => ({
  resourceType: 'Observation',
  identifier: [{ system: 'urn:test:observation', value: 'O1' }],
  status: 'final',
  category: [{ coding: [{ system: SYSTEM.observationCategory, code: 'vital-signs' }] }],
  code: { coding: [{ system: SYSTEM.loinc, code: '8867-4' }] },
  subject,
  effectiveDateTime: START.toISOString(),
  valueQuantity: { value, unit: '/min', system: SYSTEM.ucum, code: '/min' },
});
const homeward: ServiceRequest = {
  resourceType: 'ServiceRequest',
  identifier: [{ system: 'urn:test:discharge', value: 'D1' }],
  status: 'active',
  intent: 'order',
  code: { coding: [{ system: SYSTEM.snomed, code: '308292007' }] },
  subject,
};
const letter = (title: string): Composition => ({
  resourceType: 'Composition',
  identifier: { system: 'urn:test:letter', value: 'L1' },
  status: 'final',
  type: { coding: [{ system: SYSTEM.loinc, code: '18842-5' }] },
  subject,
  date: START.toISOString(),
  author: [{ display: 'V. Specialist' }],
  title,
  section: [{ text: { status: 'additional', div: '<div xmlns="http://www.w3.org/1999/xhtml">Hersteld.</div>' } }],
});

interface Stored {
  readonly id: string;
  readonly flow: string;
  readonly status: string;
  readonly deliveries: readonly { readonly destination: string }[];
  readonly warnings: readonly { readonly code: string }[];
}
const post = (bundle: Bundle, source: string): Promise<Response> =>
  fetch(`${gateway.url}/fhir`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', 'x-source': source },
    body: JSON.stringify(bundle),
  });
async function sent(bundle: Bundle, source: string): Promise<string> {
  const response = await post(bundle, source);
  if (response.status !== 200) throw new Error(await response.text());
  return (response.headers.get('location') ?? '').replace('/messages/', '');
}
const show = (id: string): Promise<Stored> => get<Stored>(`/messages/${id}`);
const delivered = (id: string): Promise<Stored> =>
  eventually(async () => {
    const message = await show(id);
    return message.status === 'delivered' && message;
  });
const at = async (partner: string, type: string): Promise<string> =>
  JSON.stringify(await get(`/sandbox/${partner}/fhir/${type}?_count=200`));
const enrolled = async (): Promise<string | undefined> =>
  (await get<{ items: { status: string }[] }>('/enrolments')).items[0]?.status;

async function move(task: string, status: string, change: object = {}): Promise<void> {
  const seen = await get<{ meta: { versionId: string } }>(`/fhir/Task/${task}`, { 'x-source': ECD });
  const response = await fetch(`${gateway.url}/fhir/Task/${task}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json', 'if-match': `W/"${seen.meta.versionId}"`, 'x-source': ECD },
    body: JSON.stringify({ ...seen, status, ...change }),
  });
  expect(response.status).toBe(200);
}

/** A patient who is in the wijkkliniek; her Task. */
async function admitted(person: DemoPerson, requestId = 'first'): Promise<string> {
  const response = await fetch(`${gateway.url}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(transferRequest(person, requestId, now)),
  });
  const task = ((await response.json()) as { task: string }).task.replace('Task/', '');
  await move(task, 'accepted');
  return task;
}

it('takes a question to the hospital and its answer to the ECD', async () => {
  const person = someone();
  await admitted(person);
  const asked = await delivered(await sent(about(person, 'Q', question()), ECD));
  expect(asked).toMatchObject({ flow: 'co-treatment', deliveries: [{ destination: 'hospital' }] });
  expect(await at('hospital', 'ServiceRequest')).toContain('Antibiotica staken?');
  const answered = await delivered(await sent(about(person, 'A', answer), HOSPITAL));
  expect(answered).toMatchObject({ flow: 'co-treatment', deliveries: [{ destination: 'ecd' }] });
  expect(await at('ecd', 'Communication')).toContain('Nog drie dagen.');
  expect(await at('hospital', 'Communication')).not.toContain('Nog drie dagen.');
});

it('takes a question of the hospital to the ECD: both may ask', async () => {
  const person = someone();
  await admitted(person);
  const asked = await delivered(await sent(about(person, 'Q', question()), HOSPITAL));
  expect(asked.deliveries.map(({ destination }) => destination)).toEqual(['ecd']);
});

it('refuses a question that asks nothing, at its place', async () => {
  const person = someone();
  await admitted(person);
  const { reasonCode, ...empty } = question();
  expect(reasonCode).toBeDefined();
  const response = await post(about(person, 'Q', empty), ECD);
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('Bundle.entry[1].resource.reasonCode');
});

it('takes what the VVT observes to the hospital; a hospital’s own is no flow', async () => {
  const person = someone();
  await admitted(person);
  const seen = await delivered(await sent(about(person, 'O', heartRate(104)), ECD));
  expect(seen).toMatchObject({ flow: 'observation', deliveries: [{ destination: 'hospital' }] });
  expect(await at('hospital', 'Observation')).toContain('"value":104');
  expect((await post(about(person, 'O2', heartRate(88)), HOSPITAL)).status).toBe(404);
});

it('sends a discharge to huisarts, pharmacy, home care and hospital, and the stay ends', async () => {
  const person = someone();
  await admitted(person);
  const home = await delivered(await sent(about(person, 'D', homeward, letter('Ontslagbrief')), ECD));
  expect(home.flow).toBe('discharge');
  const partners = ['gp', 'pharmacy', 'home-care', 'hospital'];
  expect(home.deliveries.map(({ destination }) => destination).sort()).toEqual([...partners].sort());
  for (const partner of partners) expect(await at(partner, 'Composition')).toContain('Ontslagbrief');
  expect(home.warnings.map(({ code }) => code)).toContain('no-medication-statement');
  expect(await enrolled()).toBe('ended');
  const late = await sent(about(person, 'A', answer), HOSPITAL);
  expect((await show(late)).status).toBe('held');
});

it('lets the letter, and a corrected letter, follow a stay that has ended, for a while', async () => {
  const person = someone();
  const task = await admitted(person);
  await move(task, 'in-progress');
  await move(task, 'completed', { businessStatus: { coding: [{ system: WK_CODES, code: 'discharged' }] } });
  expect(await enrolled()).toBe('ended');
  await delivered(await sent(about(person, 'D1', homeward, letter('Ontslagbrief')), ECD));
  now = new Date(now.getTime() + 24 * HOUR);
  await delivered(await sent(about(person, 'D2', homeward, letter('Gecorrigeerde brief')), ECD));
  const letters = await at('gp', 'Composition');
  expect(letters).toContain('Gecorrigeerde brief');
  expect(letters).not.toContain('"Ontslagbrief"');
  now = new Date(now.getTime() + 400 * HOUR);
  expect((await show(await sent(about(person, 'D3', homeward, letter('Te laat')), ECD))).status).toBe('held');
});

it('lets a corrected letter of an earlier stay leave the present one alone', async () => {
  const person = someone();
  await admitted(person);
  const stay: FhirResource = {
    resourceType: 'Encounter',
    status: 'finished',
    class: { system: SYSTEM.actCode, code: 'IMP' },
    subject,
    period: { start: START.toISOString(), end: new Date(START.getTime() + HOUR).toISOString() },
  };
  now = new Date(now.getTime() + HOUR);
  await delivered(await sent(about(person, 'D1', homeward, letter('Ontslagbrief'), stay), ECD));
  expect(await enrolled()).toBe('ended');
  now = new Date(now.getTime() + 24 * HOUR);
  await admitted(person, 'again');
  await delivered(await sent(about(person, 'D2', homeward, letter('Gecorrigeerd'), stay), ECD));
  expect(await enrolled()).toBe('active');
  const later = { ...stay, period: { end: now.toISOString() } };
  await delivered(await sent(about(person, 'D3', homeward, letter('Tweede ontslag'), later), ECD));
  expect(await enrolled()).toBe('ended');
});

it('holds all of it for a patient without an enrolment', async () => {
  const person = someone();
  const messages: [string, Bundle, string][] = [
    ['co-treatment', about(person, 'Q', question()), ECD],
    ['co-treatment', about(person, 'A', answer), HOSPITAL],
    ['observation', about(person, 'O', heartRate(90)), ECD],
    ['discharge', about(person, 'D', homeward, letter('Ontslagbrief')), ECD],
    ['patient-admin', about(person, 'P'), HOSPITAL],
  ];
  for (const [flow, bundle, source] of messages) {
    expect(await show(await sent(bundle, source))).toMatchObject({ flow, status: 'held', deliveries: [] });
  }
  for (const partner of ['hospital', 'gp', 'ecd']) expect(await at(partner, 'Patient')).not.toContain(person.bsn);
});

it('sends a letter of the hospital nowhere by itself: its request is a transfer, with the rules of one', async () => {
  const response = await post(about(someone(), 'D', homeward, letter('Ontslagbrief SEH')), HOSPITAL);
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('wk-tier-1');
});

it('does not send a VVT its own words back', async () => {
  const person = someone();
  await admitted(person);
  const laboratory = {
    ...heartRate(4),
    category: [{ coding: [{ system: SYSTEM.observationCategory, code: 'laboratory' }] }],
  };
  expect((await post(about(person, 'L', laboratory), ECD)).status).toBe(404);
  expect((await post(about(person, 'P'), ECD)).status).toBe(404);
});
