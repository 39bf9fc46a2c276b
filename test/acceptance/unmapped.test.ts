import { rmSync } from 'node:fs';
import { readRegion } from '../../gateway/regions/load.ts';
import type { RegionFile } from '../../gateway/regions/region.ts';
import { askMllp } from '../setup/mllp.ts';
import { eventually, inProcess, newFolder, type TestGateway } from '../setup/gateway.ts';
import { startPartner } from '../setup/partner.ts';
import { call, coalition, KEYS, labMessage, testBsn, tracked } from '../setup/coalition.ts';

let gateway: TestGateway;
let now = Date.parse('2026-11-20T12:00:00Z');
beforeAll(async () => {
  gateway = await inProcess({
    region: coalition('http://127.0.0.1:9'),
    env: KEYS,
    clock: { now: () => new Date(now) },
  });
});
afterAll(() => gateway.stop());

const local = (id: string, bsn = testBsn(30)): string =>
  labMessage({ id, bsn }).replaceAll('2823-3^Kalium^LN', 'K266^Kalium (eigen)^L');
const unmapped = async (query = ''): Promise<unknown> =>
  (await call(gateway, 'GET', `/terminology/unmapped${query}`)).json;

it('makes a work item of a code without a translation, counted once for each accepted message', async () => {
  expect(await askMllp(gateway.mllpPort, local('LOCAL-1'))).toContain('MSA|AA');
  now += 60_000;
  expect(await askMllp(gateway.mllpPort, local('LOCAL-2'))).toContain('MSA|AA');
  // The same again, and a refused one, are not counted.
  expect(await askMllp(gateway.mllpPort, local('LOCAL-2'))).toContain('MSA|AA');
  expect(await askMllp(gateway.mllpPort, local('LOCAL-3', '999999999'))).toContain('MSA|AE');
  expect(await unmapped()).toEqual({
    items: [
      {
        source: 'lab',
        system: 'https://fhir.wijkkliniek.example/CodeSystem/klcl/L',
        code: 'K266',
        text: 'Kalium (eigen)',
        count: 2,
        firstSeen: '2026-11-20T12:00:00.000Z',
        lastSeen: '2026-11-20T12:01:00.000Z',
      },
    ],
    next: null,
  });
  expect(await unmapped('?source=seh')).toEqual({ items: [], next: null });
});

it('keeps a warning what it says: place and words', async () => {
  const { json } = await call(gateway, 'GET', '/messages?controlId=LOCAL-1');
  const [message] = json['items'] as { warnings: { code: string }[] }[];
  const found = message?.warnings.filter(({ code }) => code === 'untranslated-code');
  expect(found).toEqual([{ code: 'untranslated-code', location: 'OBX-3', text: expect.any(String) as unknown }]);
});

it('carries the translation once the source has a ConceptMap, on request in a replay of what came before', async () => {
  const row = { code: 'K266', target: [{ code: '2823-3', display: 'Kalium', equivalence: 'equivalent' }] };
  const map = {
    resourceType: 'ConceptMap',
    url: 'https://example.org/ConceptMap/lab',
    status: 'active',
    group: [{ source: 'L', target: 'http://loinc.org', element: [row] }],
  };
  const ecd = await startPartner();
  const folder = newFolder();
  const regionWith = (conceptMaps: readonly string[]): RegionFile => {
    const region = coalition(ecd.url);
    const sources = region.sources.map((source) =>
      source.id === 'lab' ? { ...source, routing: 'all', conceptMaps } : source,
    );
    const read = readRegion(JSON.stringify({ ...region, sources }), () => JSON.stringify(map));
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    return read.region;
  };
  let running = await inProcess({ region: regionWith([]), env: KEYS, folder });
  const arrived = (count: number) => eventually(async () => ecd.received.length === count);
  const listed = async () => (await call(running, 'GET', '/terminology/unmapped')).json['items'];
  try {
    await askMllp(running.mllpPort, local('LOCAL-9'));
    await arrived(1);
    await eventually(async () => (await tracked(running, 'LOCAL-9')).status === 'delivered');
    expect(await listed()).toHaveLength(1);
    await running.stop();
    running = await inProcess({ region: regionWith(['lab.json']), env: KEYS, folder });
    expect(await listed()).toEqual([]);
    const { id } = await tracked(running, 'LOCAL-9');
    const rehearsed = (await call(running, 'POST', `/messages/${id}/replay?dryRun=true`)).json;
    expect(rehearsed['deliveries']).toEqual([]);
    expect(rehearsed['difference']).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^Bundle\.entry\[\d+\]\.resource\.code\.coding\[1\]\.code: expected nothing, got "2823-3" \[\S+ from OBX\S*, translated by https:\/\/example\.org\/ConceptMap\/lab\]$/,
        ) as string,
        expect.stringMatching(/\.resource\.meta\.tag\[0\]\.code: expected "untranslated", got nothing$/) as string,
      ]),
    );
    expect((await call(running, 'POST', `/messages/${id}/replay`)).status).toBe(200);
    await arrived(2);
    const [before, after] = ecd.received.map(({ body }) => body);
    expect(before).not.toContain('2823-3');
    expect(after).toContain('"2823-3"');
    expect(after).toContain('"K266"');
    expect((await call(running, 'POST', `/messages/${id}/replay?dryRun=true`)).json['difference']).toEqual([]);
    expect((await call(running, 'GET', `/messages/${id}/explain`)).text).toContain(
      'https://example.org/ConceptMap/lab',
    );
    await askMllp(running.mllpPort, local('LOCAL-10'));
    await arrived(3);
    expect(ecd.received[2]?.body).toContain('"2823-3"');
    expect(await listed()).toEqual([]);
  } finally {
    await running.stop();
    await ecd.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
