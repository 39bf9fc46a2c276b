/** A region that asks for Provenance: what is delivered tells where it came from; what is told before acceptance does not. */
import { demoPerson } from '../../gateway/cli/demo/person.ts';
import { transferRequest } from '../../gateway/cli/demo/messages.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };
import { eventually, inProcess, regionOf, type TestGateway } from '../setup/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await inProcess({ region: regionOf({ ...sandbox, provenance: true }) });
});
afterAll(async () => gateway.stop());

const get = async <T>(path: string): Promise<T> =>
  (await (await fetch(gateway.url + path, { headers: { 'x-source': 'sandbox-ecd' } })).json()) as T;
const receivedBy = async (partner: string): Promise<{ types: string[]; status: number }[]> =>
  (await get<{ items: { types: string[]; status: number }[] }>(`/sandbox/${partner}/log`)).items;

it('stands in the handoff, not in the advance notice, and is taken by the receiver', async () => {
  const sent = await fetch(`${gateway.url}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      transferRequest(
        demoPerson(() => 0.321),
        'T-PROV',
        new Date(),
      ),
    ),
  });
  const { id, task } = (await sent.json()) as { id: string; task: string };
  const [notice] = await eventually(async () => {
    const items = await receivedBy('ecd');
    return items.length > 0 && items;
  });
  expect(notice?.types).not.toContain('Provenance');

  const read = await fetch(`${gateway.url}/fhir/${task}`, { headers: { 'x-source': 'sandbox-ecd' } });
  await fetch(`${gateway.url}/fhir/${task}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/fhir+json',
      'x-source': 'sandbox-ecd',
      'if-match': read.headers.get('etag') ?? '',
    },
    body: JSON.stringify({ ...((await read.json()) as object), status: 'accepted' }),
  });
  const handoff = await eventually(async () =>
    (await receivedBy('ecd')).find(({ types }) => types.includes('Provenance')),
  );
  expect(handoff.status).toBeLessThan(300);

  const { receivedAt } = await get<{ receivedAt: string }>(`/messages/${id}`);
  const mapped = JSON.stringify(await get(`/messages/${id}/mapped`));
  expect(mapped).toContain(`"recorded":"${receivedAt}"`);
  const { values } = await get<{ values: { path: string; rule: string }[] }>(`/messages/${id}/explain`);
  expect(values.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['provenance.recorded', 'provenance.mapping']));
  const replay = await fetch(`${gateway.url}/messages/${id}/replay?dryRun=true`, { method: 'POST' });
  expect(await replay.json()).toMatchObject({ difference: [] });
});
