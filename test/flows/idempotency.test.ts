import { call, coalition, KEYS, labMessage, SEH, testBsn, transferBody } from '../setup/coalition.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import { startPartners, type Partners } from '../workers/partners.ts';

let partners: Partners;
let gateway: TestGateway | null = null;
beforeEach(async () => {
  partners = await startPartners();
});
afterEach(async () => {
  await gateway?.stop();
  await partners.end();
});

const bsn = testBsn(1);
const result = async (url: string, id: string, value: string, status: string): Promise<number> => {
  const body = labMessage({ id, bsn, value, status, filler: 'F1' });
  const headers = { 'content-type': 'application/hl7-v2' };
  return (await fetch(`${url}/hl7v2`, { method: 'POST', headers, body })).status;
};

interface Found {
  readonly total: number;
  readonly entry?: readonly { readonly resource: { readonly valueQuantity?: { readonly value: number } } }[];
}
const inEcd = async (type: string): Promise<Found> =>
  (await partners.get(`/ecd/fhir/${type}?_count=200`)).body as Found;

/** A transfer, its potassium, and the correction of that, to an ECD asked in this way. */
async function journey(idempotency: string): Promise<void> {
  const region = coalition(`${partners.base}/ecd/fhir`, { wijkkliniek: { negotiation: false }, ecd: { idempotency } });
  const running = await inProcess({ region, env: KEYS });
  gateway = running;
  expect((await call(running, 'POST', '/transfers', transferBody('R1', bsn), SEH)).status).toBe(200);
  expect(await result(running.url, 'L1', '3.1', 'F')).toBe(200);
  expect(await result(running.url, 'L2', '4.1', 'C')).toBe(200);
  await eventually(async () => (await partners.received('ecd')).length >= 3);
  expect((await partners.received('ecd')).map(({ status }) => status)).toEqual([200, 200, 200]);
}
const potassium = async (): Promise<unknown[]> =>
  ((await inEcd('Observation')).entry ?? []).flatMap(({ resource }) => resource.valueQuantity?.value ?? []);

describe('a destination', () => {
  test.each([['conditional-update'], ['conditional-create'], ['client-ids']])(
    'asked by %s has one patient, and one potassium, which is the corrected one',
    async (idempotency) => {
      await journey(idempotency);
      expect((await inEcd('Patient')).total).toBe(1);
      expect(await potassium()).toEqual([4.1]);
    },
  );

  test('that only looks at the Idempotency-Key gets everything as new, with a key of its own', async () => {
    await journey('header');
    expect((await inEcd('Patient')).total).toBe(3);
    expect(await potassium()).toEqual([3.1, 4.1]);
    expect(new Set((await partners.received('ecd')).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
  });
});
