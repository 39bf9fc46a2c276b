/** What no socket on this machine shows: names that do not resolve, and an answer that points elsewhere. */
import nock from 'nock';
import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import { createTeller } from '../../../workers/sweep/webhook.ts';
import { coalition } from '../../setup/coalition.ts';
import { temporaryLedger } from '../ledger.ts';

const HOST = 'https://alarms.wijkkliniek.example';
const region = coalition('http://127.0.0.1:9/fhir', { more: { alarms: { webhook: { urlEnv: 'ALARM_URL' } } } });
const clock = { now: () => new Date() };
const logged: string[] = [];
const log = {
  event: (name: string) => void logged.push(name),
  failure: (name: string) => void logged.push(name),
};

let ledger: Ledger;
let end: () => Promise<void>;

beforeEach(async () => {
  nock.disableNetConnect();
  logged.length = 0;
  ({ ledger, end } = await temporaryLedger());
  const raisedAt = clock.now().toISOString();
  await ledger.write((tx) => tx.raiseAlarm({ kind: 'breaker-open', subject: 'ecd', count: 1, raisedAt }));
});
afterEach(async () => {
  nock.cleanAll();
  nock.enableNetConnect();
  await end();
});

const tell = () => createTeller({ ledger, clock, log, region, secrets: () => `${HOST}/hook` })();

test('an alarm whose webhook has no address yet is kept, and told when it has', async () => {
  nock(HOST).post('/hook').replyWithError({ code: 'ENOTFOUND' });
  await tell();
  expect(await ledger.alarmNotices(9)).toHaveLength(1);
  expect(logged).toEqual(['alarm.webhook-failed']);

  const hook = nock(HOST)
    .post('/hook', { region: region.id, alarm: 'breaker-open', subject: 'ecd', state: 'raised', at: /Z$/, count: 1 })
    .reply(204);
  await tell();
  expect(hook.isDone()).toBe(true);
  expect(await ledger.alarmNotices(9)).toEqual([]);
});

test('an alarm is not carried to where a webhook points', async () => {
  nock(HOST).post('/hook').reply(307, '', { location: 'https://elsewhere.example/hook' });
  const elsewhere = nock('https://elsewhere.example').post('/hook').reply(204);
  await tell();
  expect(elsewhere.isDone()).toBe(false);
  expect(await ledger.alarmNotices(9)).toHaveLength(1);
});
