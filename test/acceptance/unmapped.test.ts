import { askMllp } from '../setup/mllp.ts';
import { inProcess, type TestGateway } from '../setup/gateway.ts';
import { call, coalition, KEYS, labMessage, testBsn } from '../setup/coalition.ts';

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
