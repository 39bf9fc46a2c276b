// `npm run bench:scaled -- [messages a round]`: what sharing the work costs. One `serve` with one `work`, and two with
// two, by turns, on the same PostgreSQL and Redis; the CPU of these processes per message, not that of the engines, the
// senders or the receiver. Writes test/bench/RESULTS-scaled.md.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { buildIfNeeded } from '../../gateway/build.mjs';
import { median } from './measure.mjs';
import { adt, oru, testBsns } from './messages.mjs';
import { coalition, lossOf, overMllp, timed } from './partners.mjs';
import { report } from './report.mjs';

buildIfNeeded();
const EACH = Number(process.argv[2] ?? 1_000);
const ROUNDS = 7;
const DATABASE_URL = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test';
const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';
const bsns = testBsns(500);
const { tell, end } = report('RESULTS-scaled.md', 'Two `serve` and two `work` beside one and one');

/** So many `serve` and as many `work`, in a schema and under keys of their own. */
async function site(many) {
  const partners = await coalition();
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const url = new URL(DATABASE_URL);
  url.searchParams.set('schema', name);
  const env = {
    DATABASE_URL: url.href,
    REDIS_URL,
    REDIS_PREFIX: name,
    LEDGER_KEY: randomBytes(32).toString('base64'),
  };
  const serves = [];
  const works = [];
  for (let one = 0; one < many; one++) serves.push(await partners.start(env));
  for (let one = 0; one < many; one++) works.push(await partners.start(env, 'work'));
  const all = [...serves, ...works];
  const pids = all.map(({ child }) => child.pid);
  const ports = serves.map(({ mllpPort }) => mllpPort);
  let sent = 0;
  return {
    /** Resolves when so many new messages, ADT and ORU by turns, are accepted and delivered. */
    take: (count) => {
      const text = (at) => (at % 2 === 0 ? adt : oru)(bsns[at % bsns.length], `S${at}`);
      const texts = Array.from({ length: count }, (_, index) => text(sent + index));
      sent += count;
      return timed(pids, count, async () => {
        await overMllp(ports, texts);
        await partners.receiver.until(sent);
      });
    },
    loss: () => lossOf(sent, partners.receiver),
    end: async () => {
      await Promise.all(all.map((one) => one.stop()));
      partners.end();
      const client = new pg.Client({ connectionString: DATABASE_URL });
      await client.connect();
      await client.query(`DROP SCHEMA ${name} CASCADE`);
      await client.end();
    },
  };
}

const [one, two] = [await site(1), await site(2)];
// Each process is warm with as many.
await one.take(EACH * 2);
await two.take(EACH * 4);
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const turns = round % 2 === 0 ? [one, two] : [two, one];
  const [first, second] = [await turns[0].take(EACH), await turns[1].take(EACH)];
  rounds.push(round % 2 === 0 ? { one: first, two: second } : { one: second, two: first });
}
const of = (which, what) => median(rounds.map((round) => round[which][what])).toFixed(0);
const ratio = (what) => median(rounds.map((round) => round.two[what] / round.one[what])).toFixed(2);
tell(
  `- CPU per message, door to delivered, half ADT^A08, half ORU^R01 of 12 OBX: ${of('two', 'cpuUs')} µs of two and two, ${of('one', 'cpuUs')} µs of one and one: ${ratio('cpuUs')} × (median of ${ROUNDS} alternating rounds of ${EACH}; engines, senders and receiver not counted)`,
);
tell(
  `- accepted and delivered: ${of('two', 'perSecond')} messages/s of two and two, ${of('one', 'perSecond')} of one and one: ${ratio('perSecond')} ×`,
);
tell(`- delivered: ${two.loss()}; by one and one ${one.loss()}`);
await Promise.all([one.end(), two.end()]);
end();
