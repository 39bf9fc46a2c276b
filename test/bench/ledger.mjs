// `npm run bench:ledger -- 1000000 [messages a round]`: what a full ledger costs. Two gateways, one over a ledger of so
// many messages, one over an empty one, take and deliver by turns; then the full one is searched by its HTTP API.
// Writes test/bench/RESULTS-ledger.md.
import { statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { buildIfNeeded } from '../../gateway/build.mjs';
import { fill } from './fill.mjs';
import { median } from './measure.mjs';
import { adt, oru, testBsns } from './messages.mjs';
import { coalition, lossOf, overMllp, timed } from './partners.mjs';
import { report } from './report.mjs';

buildIfNeeded();
const COUNT = Number(process.argv[2] ?? 1_000_000);
const EACH = Number(process.argv[3] ?? 1_000);
const ROUNDS = 7;
const SEARCHES = 600;
const REFUSED = 100;
const bsns = testBsns(500);
const { tell, end } = report('RESULTS-ledger.md', `A ledger of ${COUNT.toLocaleString('en')} messages`);

/** A gateway with a receiver; `take` resolves when `count` new messages are accepted and delivered. */
async function site(name) {
  const partners = await coalition();
  const file = join(partners.folder, 'g.sqlite');
  let gateway = await partners.start();
  let sent = 0;
  const take = (count) => {
    // ADT first: by turns with ORU.
    const text = (at) => (at % 2 === 0 ? adt : oru)(bsns[at % bsns.length], `${name}${at}`);
    const texts = Array.from({ length: count }, (_, index) => text(sent + index));
    sent += count;
    return timed(gateway.child.pid, count, async () => {
      await overMllp(gateway.mllpPort, texts);
      await partners.receiver.until(sent);
    });
  };
  return {
    take,
    file,
    url: () => gateway.url,
    restarted: async (between) => {
      await gateway.stop();
      between();
      gateway = await partners.start();
      return gateway.readyMs;
    },
    loss: () => lossOf(sent, partners.receiver),
    end: async () => {
      await gateway.stop();
      partners.end();
    },
  };
}

const agent = new Agent({ keepAlive: true });
const post = (url, type, body) =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': type };
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    call.on('error', reject).end(body);
  });

/** Sorted milliseconds of so many searches, one after another; each must find at least one message. */
async function search(url, filterOf) {
  const times = [];
  for (let turn = 0; turn < SEARCHES; turn++) {
    const filter = JSON.stringify(filterOf(turn));
    const started = performance.now();
    const { status, text } = await post(`${url}/messages/search`, 'application/json', filter);
    times.push(performance.now() - started);
    if (status !== 200 || JSON.parse(text).items.length === 0) throw new Error(`${filter}: ${status} ${text}`);
  }
  return times.sort((a, b) => a - b);
}

const [empty, full] = [await site('E'), await site('F')];
await full.take(bsns.length * 2);
const started = performance.now();
let stands = 0;
const readyMs = await full.restarted(() => (stands = fill(full.file, bsns.length * 2, COUNT)));
const filled = `${((performance.now() - started) / 1000).toFixed(0)} s`;
tell(
  `- ${stands.toLocaleString('en')} messages of ${bsns.length} patients, half ADT^A08, half ORU^R01 of 12 OBX, in SQLite: ${(statSync(full.file).size / 2 ** 30).toFixed(1)} GB, filled in ${filled}; ready again in ${readyMs.toFixed(0)} ms`,
);
for (const { take } of [empty, full]) await take(EACH * 2); // warm
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const turns = round % 2 === 0 ? [empty, full] : [full, empty];
  const [first, second] = [await turns[0].take(EACH), await turns[1].take(EACH)];
  rounds.push(round % 2 === 0 ? { bare: first, laden: second } : { bare: second, laden: first });
}
const ratio = (of) => median(rounds.map(of)).toFixed(2);
const rate = (which) => median(rounds.map((round) => round[which].perSecond)).toFixed(0);
const cpu = (which) => median(rounds.map((round) => round[which].cpuUs)).toFixed(0);
tell(
  `- accepted and delivered: ${rate('laden')} messages/s, ${rate('bare')} over an empty ledger: ${ratio(({ bare, laden }) => laden.perSecond / bare.perSecond)} × (median of ${ROUNDS} alternating rounds of ${EACH})`,
);
tell(
  `- CPU of the gateway: ${cpu('laden')} µs per message, ${cpu('bare')} over an empty ledger: ${ratio(({ bare, laden }) => laden.cpuUs / bare.cpuUs)} ×`,
);

// A BSN that fails the elfproef is refused, and found as such.
for (let at = 0; at < REFUSED; at++) {
  await post(`${full.url()}/hl7v2`, 'application/hl7-v2', oru('999999999', `R${at}`));
}
const copies = Math.floor(stands / (bsns.length * 2));
const controlId = (turn) => `F${(turn * 37) % (bsns.length * 2)}-${1 + ((turn * 7919) % (copies - 1))}`;
const found = {
  'control id': await search(full.url(), (turn) => ({ controlId: controlId(turn) })),
  BSN: await search(full.url(), (turn) => ({ bsn: bsns[turn % bsns.length] })),
  status: await search(full.url(), (turn) => ({ status: turn % 2 === 0 ? 'delivered' : 'refused' })),
};
for (const [by, times] of Object.entries(found)) {
  const ms = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);
  tell(`- search by ${by}, ${SEARCHES} times by HTTP: p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms, at most ${ms(1)} ms`);
}
tell(`- delivered: ${full.loss()}; over the empty ledger ${empty.loss()}`);
agent.destroy();
await Promise.all([empty.end(), full.end()]);
end();
