// `npm run bench`: ratios to the floor (JSON parse + stringify of the message's own output Bundle), alternating rounds in
// one run; start, memory and CPU of a whole gateway process. Writes test/bench/RESULTS.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded } from '../../gateway/build.mjs';
import { commitRate, rowsOfLedger } from './commit-floor.mjs';
import { benchRegion, cpuMs, rssMb, sendHttp, sendMllp, sendPaced, startGateway, startReceiver } from './gateway.mjs';
import { oru, testBsns } from './messages.mjs';

buildIfNeeded();
const COUNT = Number(process.argv[2] ?? 20_000);
const lines = [];
const tell = (text) => {
  lines.push(text);
  process.stdout.write(`${text}\n`);
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const { readArrival } = await import('../../dist/gateway/flows/reading.js');
const { prove } = await import('../../dist/gateway/flows/prove.js');
const { ANY_SOURCE } = await import('../../dist/mappings/mapping.js');
const { writeJson } = await import('../../dist/profiles/json/write.js');
const { toBundle } = await import('../../dist/mappings/bundle.js');
const { parseMessage } = await import('../../dist/mappings/hl7v2/parse.js');
const { labOru } = await import('../../dist/mappings/lab-oru/mapping.js');

const context = { source: ANY_SOURCE, region: null };
const bytes = Buffer.from(oru(testBsns(1)[0], 'B1'));

/** CPU of this process so far, in microseconds: what else runs on the machine does not count. */
const ownCpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Microseconds of CPU per call, over `rounds` alternating rounds; the median of each. */
function alternate(jobs, rounds, each) {
  const times = jobs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    jobs.forEach((job, index) => {
      const start = ownCpuUs();
      for (let call = 0; call < each; call++) job();
      times[index].push((ownCpuUs() - start) / each);
    });
  }
  return times.map(median);
}

function mapping() {
  const reading = () => readArrival(bytes, 'hl7v2', 'UNICODE UTF-8');
  const output = JSON.stringify(prove(reading(), context, null).bundle);
  const map = () => {
    const parsed = parseMessage(bytes, 'UNICODE UTF-8');
    return writeJson(toBundle(labOru.map(parsed.message, context)));
  };
  const floor = () => JSON.stringify(JSON.parse(output));
  const proveAll = () => writeJson(prove(reading(), context, null).bundle);
  for (let warm = 0; warm < 300; warm++) [floor, map, proveAll].forEach((job) => job());
  const [floorUs, mapUs, proveUs] = alternate([floor, map, proveAll], 15, 60);
  tell(
    `| floor: JSON parse + stringify of the output Bundle (${Math.round(output.length / 1024)} KB) | ${floorUs.toFixed(0)} µs | 1 × |`,
  );
  tell(`| map: parse, map, write | ${mapUs.toFixed(0)} µs | ${(mapUs / floorUs).toFixed(1)} × |`);
  tell(
    `| map and prove: the same with R4 structure and our rules | ${proveUs.toFixed(0)} µs | ${(proveUs / floorUs).toFixed(1)} × |`,
  );
  return floor;
}

async function whole(floor) {
  const folder = mkdtempSync(join(tmpdir(), 'wkbench-'));
  const receiver = await startReceiver();
  const file = join(folder, 'region.json');
  writeFileSync(file, JSON.stringify(benchRegion(receiver.port)));
  const ready = [];
  for (let round = 0; round < 5; round++) {
    const gateway = await startGateway(folder, { CONFIG: file });
    ready.push(gateway.readyMs);
    await gateway.stop();
  }
  const gateway = await startGateway(folder, { CONFIG: file });
  const { pid } = gateway.child;
  const bsns = testBsns(500);
  const texts = (from, count) =>
    Array.from({ length: count }, (_, index) => oru(bsns[(from + index) % 500], `M${from + index}`));
  const overMllp = (all) => {
    const perLine = Math.ceil(all.length / 20);
    return Promise.all(
      Array.from({ length: 20 }, (_, line) =>
        sendMllp(gateway.mllpPort, all.slice(line * perLine, (line + 1) * perLine), 16),
      ),
    );
  };
  const overHttp = (all) => sendHttp(`${gateway.url}/hl7v2`, all, 64);
  let sent = 0;
  const run = async (send, count) => {
    const all = texts(sent, count);
    sent += count;
    const before = { cpu: cpuMs(pid), at: performance.now(), received: receiver.received() };
    await send(all);
    const accepted = performance.now();
    await receiver.until(before.received + count);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return {
      acceptedPerSecond: count / ((accepted - before.at) / 1000),
      deliveredPerSecond: count / ((performance.now() - 300 - before.at) / 1000),
      cpuUs: ((cpuMs(pid) - before.cpu) * 1000) / count,
    };
  };
  const rss = [rssMb(pid)];
  await run(overMllp, 1_500); // warm
  await run(overHttp, 500);
  const ledgerRows = rowsOfLedger(join(folder, 'g.sqlite'), 1_000);
  const commitRates = [];
  rss.push(rssMb(pid));
  const rounds = [];
  const posted = [];
  const floors = [];
  const each = Math.ceil(COUNT / 5);
  for (let round = 0; round < 5; round++) {
    rounds.push(await run(overMllp, each));
    posted.push(await run(overHttp, Math.ceil(each / 4)));
    floors.push(alternate([floor], 3, 200)[0]);
    commitRates.push(commitRate(ledgerRows, join(folder, `floor${round}.sqlite`), 32));
    rss.push(rssMb(pid));
  }
  const paced = texts(sent, 500);
  const { sentAt, close } = await sendPaced(gateway.mllpPort, paced, 20);
  await receiver.until(sent + paced.length);
  close();
  const latencies = sentAt.map((at, index) => receiver.seen.get(`M${sent + index}`).at - at).sort((a, b) => a - b);
  sent += paced.length;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const doubled = [...receiver.seen.values()].filter(({ count }) => count > 1).length;
  const lost = Array.from({ length: sent }, (_, index) => `M${index}`).filter((id) => !receiver.seen.has(id)).length;
  const floorUs = median(floors);
  const acceptRate = median(rounds.map((round) => round.acceptedPerSecond));
  const commit = median(commitRates);
  const cpuUs = median(rounds.map((round) => round.cpuUs));
  const postUs = median(posted.map((round) => round.cpuUs));
  tell(`| floor, once more between the rounds of what follows | ${floorUs.toFixed(0)} µs | 1 × |`);
  tell(
    `| whole message, MLLP door to delivered: CPU of the gateway | ${cpuUs.toFixed(0)} µs | ${(cpuUs / floorUs).toFixed(1)} × |`,
  );
  tell(
    `| whole message, \`POST /hl7v2\` to delivered: CPU of the gateway | ${postUs.toFixed(0)} µs | ${(postUs / floorUs).toFixed(1)} × |`,
  );
  tell('');
  tell(`- delivered: ${sent} sent, ${lost} lost, ${doubled} doubled`);
  tell(
    `- commit floor (the rows of a message written by SQLite alone, 32 messages to a commit): ${commit.toFixed(0)} messages/s`,
  );
  tell(
    `- accepted over MLLP (20 connections, 16 unanswered each): ${acceptRate.toFixed(0)} messages/s, ${(acceptRate / commit).toFixed(2)} × the commit floor`,
  );
  tell(
    `- accepted over HTTP (64 connections): ${median(posted.map((r) => r.acceptedPerSecond)).toFixed(0)} messages/s`,
  );
  tell(`- accepted and delivered: ${median(rounds.map((r) => r.deliveredPerSecond)).toFixed(0)} messages/s`);
  tell(
    `- sent to delivered, 50 messages a second: p50 ${latencies[Math.floor(latencies.length * 0.5)].toFixed(0)} ms, p99 ${latencies[Math.floor(latencies.length * 0.99)].toFixed(0)} ms`,
  );
  tell(
    `- start to ready: ${median(ready).toFixed(0)} ms (median of 5, ${Math.min(...ready).toFixed(0)}–${Math.max(...ready).toFixed(0)})`,
  );
  tell(
    `- memory (RSS), ready and after each ${each + Math.ceil(each / 4)} of ${sent} messages: ${rss.map((mb) => mb.toFixed(0)).join(', ')} MB`,
  );
  await gateway.stop();
  receiver.stop();
  rmSync(folder, { recursive: true, force: true });
}

const [cpu] = cpus();
tell('# Benchmark');
tell('');
tell(
  `${cpu.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${COUNT} ORU^R01 of 12 OBX.`,
);
tell(
  'The senders and the receiver run in another process; the gateway’s CPU is its own. Times per message are CPU times.',
);
tell('');
tell('| what | per message | ratio |');
tell('| --- | --- | --- |');
await whole(mapping());
writeFileSync(new URL('./RESULTS.md', import.meta.url), `${lines.join('\n')}\n`);
