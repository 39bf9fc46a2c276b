import { askMllp } from '../setup/mllp.ts';
import { eventually, inProcess, type TestGateway } from '../setup/gateway.ts';
import {
  call,
  coalition,
  KEYS,
  labMessage,
  SEH,
  testBsn,
  tracked,
  transferBody,
  VVT,
  wijkkliniekOf,
} from '../setup/coalition.ts';
import { startPartner, type Partner } from '../setup/partner.ts';

let first: Partner;
let second: Partner;
let gateway: TestGateway;
beforeAll(async () => {
  first = await startPartner();
  second = await startPartner();
  const one = coalition(first.url);
  const region = coalition(first.url, {
    more: {
      parties: [...one.parties, { id: 'other-vvt', kind: 'vvt', name: 'Andere VVT', ura: '00005679' }],
      wijkkliniek: [
        wijkkliniekOf({ id: 'here', negotiation: false }),
        wijkkliniekOf({ id: 'there', party: 'other-vvt', negotiation: false }),
      ],
      destinations: [
        ...one.destinations,
        { id: 'other-ecd', party: 'other-vvt', protocol: 'fhir', baseUrl: second.url },
      ],
    },
  });
  gateway = await inProcess({ region, env: KEYS });
});
afterAll(async () => {
  await gateway.stop();
  await first.stop();
  await second.stop();
});

it('sends a patient to the VVT that runs the wijkkliniek, with what follows, and to no other', async () => {
  const there = transferBody('THERE', testBsn(40), { to: 'there' });
  const { status, json } = await call(gateway, 'POST', '/transfers', there, SEH);
  expect(status).toBe(200);
  await askMllp(gateway.mllpPort, labMessage({ id: 'LAB-THERE', bsn: testBsn(40) }));
  await eventually(async () => (await tracked(gateway, 'LAB-THERE')).status === 'delivered');
  expect(second.received).toHaveLength(2);
  expect(first.received).toEqual([]);
  expect((await call(gateway, 'GET', `/fhir/${String(json['task'])}`, undefined, VVT)).status).toBe(403);
});

it('asks for a name where there are several, and refuses one nobody has', async () => {
  const unnamed = await call(gateway, 'POST', '/transfers', transferBody('UNNAMED', testBsn(41)), SEH);
  const unknown = transferBody('UNKNOWN', testBsn(42), { to: 'nowhere' });
  expect([unnamed.status, (await call(gateway, 'POST', '/transfers', unknown, SEH)).status]).toEqual([422, 422]);
});
