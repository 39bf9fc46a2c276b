import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import { call, coalition, labMessage, testBsn, type Reply } from '../setup/coalition.ts';
import { askMllp } from '../setup/mllp.ts';
import { startPartner, type Partner } from '../setup/partner.ts';

const OPERATOR = { authorization: 'Bearer operator-key' };
const PATIENTS = 3;
const EACH = 5;

let partner: Partner;
let gateway: TestGateway;

beforeAll(async () => {
  partner = await startPartner();
  const lab = { id: 'lab', party: 'klcl', doors: ['mllp'], auth: { kind: 'none' }, routing: 'all' };
  const region = coalition(partner.url, { more: { sources: [lab] } });
  const env = { OPERATOR_KEY: 'operator-key', INTEGRATOR_KEY: 'integrator-key' };
  gateway = await inProcess({ region, env });
});
afterAll(async () => {
  await gateway.stop();
  await partner.stop();
});

const replay = (body: object, headers: Record<string, string> = OPERATOR): Promise<Reply> =>
  call(gateway, 'POST', '/replay', body, headers);
const counts = async (): Promise<Reply['json']> =>
  (await call(gateway, 'GET', '/reconciliation', undefined, OPERATOR)).json;
/** Which result of which patient a request carried. */
const saidBy = ({ body }: { readonly body: string }): string => /REPLAY-\d+-\d+/.exec(body)?.[0] ?? '';

describe('many messages a receiver refused', () => {
  beforeAll(async () => {
    partner.behave = () => ({ status: 422, body: '{"resourceType":"OperationOutcome","issue":[]}' });
    for (let n = 0; n < EACH; n += 1) {
      for (let patient = 0; patient < PATIENTS; patient += 1) {
        const id = `REPLAY-${patient}-${n}`;
        expect(await askMllp(gateway.mllpPort, labMessage({ id, bsn: testBsn(patient) }))).toContain('MSA|AA');
      }
    }
    await eventually(async () => (await counts())['dead'] === PATIENTS * EACH);
    partner.behave = () => ({ status: 200, body: '{}' });
    partner.received.length = 0;
  });

  it('are shown by a dry run, which sends nothing', async () => {
    const { status, json } = await replay({ status: 'dead', destination: 'ecd', dryRun: true });
    expect(status).toBe(200);
    expect(json).toMatchObject({ dryRun: true, found: 15, replayed: 0, refused: 0, difference: [], next: null });
    expect((json['items'] as { code: string }[]).map(({ code }) => code)).toEqual(Array(15).fill('same'));
    expect((await counts())['dead']).toBe(15);
    expect(partner.received).toEqual([]);
  });

  it('go again page by page, each patient in the old order, and are not found a second time', async () => {
    expect((await replay({ status: 'dead', destination: 'another' })).json).toMatchObject({ found: 0 });
    const first = await replay({ status: 'dead', destination: 'ecd', limit: 4 });
    expect(first.json).toMatchObject({ found: 4, replayed: 4, refused: 0 });
    expect(first.json['next']).not.toBeNull();
    const rest = await replay({ status: 'dead', destination: 'ecd', cursor: first.json['next'] });
    expect(rest.json).toMatchObject({ found: 11, replayed: 11, next: null });
    expect((rest.json['items'] as { deliveries: string[] }[]).every(({ deliveries }) => deliveries.length === 1)).toBe(
      true,
    );
    await eventually(async () => (await counts())['delivered'] === PATIENTS * EACH);
    for (let patient = 0; patient < PATIENTS; patient += 1) {
      const said = partner.received.map(saidBy).filter((id) => id.startsWith(`REPLAY-${patient}-`));
      expect(said).toEqual(Array.from({ length: EACH }, (_, n) => `REPLAY-${patient}-${n}`));
    }
    expect((await replay({ status: 'dead' })).json).toMatchObject({ found: 0, replayed: 0 });
  });

  it('are refused one by one with the reason, and the others go', async () => {
    const bsn = testBsn(7);
    const send = (id: string): Promise<string | null> =>
      askMllp(gateway.mllpPort, labMessage({ id, bsn, filler: 'SAME' }));
    await send('OLD');
    await send('NEW');
    await eventually(async () => (await counts())['pending'] === 0);
    const { json } = await replay({ bsn, dryRun: true });
    expect(json).toMatchObject({ found: 2, refused: 1 });
    expect((json['items'] as { code: string }[]).map(({ code }) => code)).toEqual(['newer-message', 'same']);
    const forced = await replay({ bsn, force: true, mapping: 'original' });
    expect(forced.json).toMatchObject({ found: 2, replayed: 2, refused: 0 });
  });
});

describe('a replay by filter', () => {
  it('is for the operator', async () => {
    expect((await replay({ status: 'dead' }, { authorization: 'Bearer integrator-key' })).status).toBe(403);
    expect((await replay({ status: 'dead' }, {})).status).toBe(401);
  });

  it('names what is replayed: an empty one would send everything again', async () => {
    expect((await replay({})).status).toBe(400);
    expect((await replay({ dryRun: true })).json).toMatchObject({ error: { location: 'body' } });
    expect((await replay({ status: 'dead', perhaps: true })).json).toMatchObject({
      error: { location: 'body.perhaps' },
    });
    expect((await call(gateway, 'POST', '/replay?bsn=999900006', { status: 'dead' }, OPERATOR)).status).toBe(400);
  });
});
