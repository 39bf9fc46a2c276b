import type { Bundle, OperationOutcome } from 'fhir/r4.js';
import type { TaskQuery, TaskUpdate, TaskUpdated, TaskView, TaskWorkflow } from '../../../gateway/http/deps.ts';
import { openDoors, REFUSALS, type Doorway } from './stand-in.ts';

let doors: Doorway;
afterEach(() => doors.stop());

const view: TaskView = {
  id: 't-1',
  version: 3,
  lastUpdated: '2026-11-20T12:00:00.000Z',
  resource: '{"resourceType":"Task","id":"t-1","status":"requested","intent":"order"}',
};

async function open(over: Partial<TaskWorkflow>, versions: [string, number][] = [['t-1', 3]]): Promise<void> {
  const tasks: TaskWorkflow = {
    read: async () => view,
    search: async () => ({ items: [view], next: null }),
    update: async () => ({ ok: true, task: { ...view, version: 4 }, messageId: 'm-9' }),
    ...over,
  };
  doors = await openDoors({ tasks });
  doors.kept.tasks = new Map(versions);
}

const put = (headers: Record<string, string> = { 'if-match': 'W/"3"' }, body = view.resource): Promise<Response> =>
  fetch(`${doors.url}/fhir/Task/t-1`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/fhir+json', ...headers },
  });

describe('reading a Task', () => {
  it('gives the Task with its version', async () => {
    await open({});
    const response = await fetch(`${doors.url}/fhir/Task/t-1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('W/"3"');
    expect(response.headers.get('last-modified')).toBe('Fri, 20 Nov 2026 12:00:00 GMT');
    expect(await response.text()).toBe(view.resource);
  });

  it.each([
    ['not-found', 404],
    ['forbidden', 403],
  ] as const)('says %s as %d', async (answer, status) => {
    await open({ read: async () => answer });
    const response = await fetch(`${doors.url}/fhir/Task/t-1`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: answer }] });
  });
});

describe('searching Tasks', () => {
  it('asks for what the caller asked, and pages', async () => {
    const asked: TaskQuery[] = [];
    await open({
      search: async (query) => {
        asked.push(query);
        return { items: [view], next: 'n-2' };
      },
    });
    const query = 'status=requested,received&owner=cordaan&_lastUpdated=ge2026-11-20T13:00:00%2B01:00&_count=500';
    const bundle = (await (await fetch(`${doors.url}/fhir/Task?${query}`)).json()) as Bundle;
    expect(asked).toEqual([
      { status: ['requested', 'received'], owner: 'cordaan', since: '2026-11-20T12:00:00.000Z', limit: 200 },
    ]);
    expect(bundle).toMatchObject({
      type: 'searchset',
      entry: [{ resource: { id: 't-1' }, search: { mode: 'match' } }],
    });
    const next = bundle.link?.find(({ relation }) => relation === 'next')?.url ?? '';
    await fetch(`${doors.url}/fhir/${next}`);
    expect(asked[1]).toEqual({ ...asked[0], cursor: 'n-2' });
  });

  it('tags a page by the versions on it', async () => {
    let version = 3;
    await open({ search: async () => ({ items: [{ ...view, version }], next: null }) });
    const tag = async (): Promise<string | null> => (await fetch(`${doors.url}/fhir/Task`)).headers.get('etag');
    const before = await tag();
    expect(before).toMatch(/^W\/"\d+"$/);
    expect(await tag()).toBe(before);
    version = 4;
    expect(await tag()).not.toBe(before);
  });

  it('takes gt as a millisecond later', async () => {
    const asked: TaskQuery[] = [];
    await open({
      search: async (query) => {
        asked.push(query);
        return { items: [], next: null };
      },
    });
    await fetch(`${doors.url}/fhir/Task?_lastUpdated=gt2026-11-20T12:00:00Z`);
    expect(asked).toEqual([{ since: '2026-11-20T12:00:00.001Z', limit: 50 }]);
  });

  it.each([
    ['patient=1', 'patient'],
    ['_lastUpdated=2026', '_lastUpdated'],
    ['_lastUpdated=ge2026-13-20', '_lastUpdated'],
    ['status=a%20b', 'status'],
    ['_count=0', '_count'],
  ])('refuses %s at %s', async (query, expression) => {
    await open({});
    const response = await fetch(`${doors.url}/fhir/Task?${query}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as OperationOutcome).issue[0]?.expression).toEqual([expression]);
  });
});

describe('moving a Task', () => {
  it('names the version it changes, and is told the next', async () => {
    const asked: TaskUpdate[] = [];
    await open({
      update: async (_id, update) => {
        asked.push(update);
        return { ok: true, task: { ...view, version: 4 }, messageId: 'm-9' };
      },
    });
    const response = await put();
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('W/"4"');
    expect(response.headers.get('location')).toBe('/messages/m-9');
    expect(asked[0]).toMatchObject({ ifMatch: 3, mediaType: 'application/fhir+json' });
    expect(Buffer.from(asked[0]?.bytes ?? []).toString()).toBe(view.resource);
  });

  it.each([
    ['"3"', 3],
    ['W/"12"', 12],
    ['W/"other"', -1],
  ])('reads If-Match %s', async (header, version) => {
    const asked: (number | null)[] = [];
    await open({
      update: async (_id, update) => {
        asked.push(update.ifMatch);
        return { ok: false, reason: 'stale', version: 3 };
      },
    });
    await put({ 'if-match': header });
    expect(asked).toEqual([version]);
  });

  it('refuses an If-Match that is no entity tag', async () => {
    await open({});
    expect((await put({ 'if-match': '*' })).status).toBe(400);
    expect((await put({ 'if-match': '3' })).status).toBe(400);
  });

  const answers: [Extract<TaskUpdated, { ok: false }>, number, string | null][] = [
    [{ ok: false, reason: 'precondition-required' }, 428, 'W/"3"'],
    [{ ok: false, reason: 'stale', version: 7 }, 412, 'W/"7"'],
    [{ ok: false, reason: 'forbidden' }, 403, null],
    [{ ok: false, reason: 'not-found' }, 404, null],
    [{ ok: false, reason: 'refused', refusal: REFUSALS.rule, messageId: 'm-8' }, 422, 'W/"3"'],
    [{ ok: false, reason: 'refused', refusal: REFUSALS.unreadable, messageId: null }, 400, 'W/"3"'],
  ];
  it.each(answers)('says %j as %d with ETag %s', async (answer, status, etag) => {
    await open({ update: async () => answer });
    const response = await put();
    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBe(etag);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  it('without If-Match is told to workflow as such', async () => {
    const asked: (number | null)[] = [];
    await open({
      update: async (_id, update) => {
        asked.push(update.ifMatch);
        return { ok: false, reason: 'precondition-required' };
      },
    });
    expect((await put({})).status).toBe(428);
    expect(asked).toEqual([null]);
  });
});
