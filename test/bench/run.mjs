// `npm run bench`: ratios to the floor (JSON parse + stringify of the message's own output Bundle), alternating rounds in
// one run; start, memory and CPU of a whole gateway process. Writes test/bench/RESULTS.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded } from '../../gateway/build.mjs';
import { benchRegion, cpuMs, rssMb, sendMllp, startGateway, startReceiver } from './gateway.mjs';
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

/** Microseconds per call, over `rounds` alternating rounds; the median of each. */
function alternate(jobs, rounds, each) {
  const times = jobs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    jobs.forEach((job, index) => {
      const start = performance.now();
      for (let call = 0; call < each; call++) job();
      times[index].push(((performance.now() - start) * 1000) / each);
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
  return floorUs;
}

async function whole(floorUs) {
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
  const run = async (from, count) => {
    const all = texts(from, count);
    const perLine = Math.ceil(count / 20);
    const before = { cpu: cpuMs(pid), at: performance.now(), received: receiver.received() };
    await Promise.all(
      Array.from({ length: 20 }, (_, line) =>
        sendMllp(gateway.mllpPort, all.slice(line * perLine, (line + 1) * perLine), 16),
      ),
    );
    const accepted = performance.now();
    await receiver.until(before.received + count);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return {
      acceptedPerSecond: count / ((accepted - before.at) / 1000),
      deliveredPerSecond: count / ((performance.now() - 300 - before.at) / 1000),
      cpuUs: ((cpuMs(pid) - before.cpu) * 1000) / count,
    };
  };
  await run(0, 2_000); // warm
  const rss = [rssMb(pid)];
  const rounds = [];
  const each = Math.ceil(COUNT / 5);
  for (let round = 0; round < 5; round++) {
    rounds.push(await run(2_000 + round * each, each));
    rss.push(rssMb(pid));
  }
  const cpuUs = median(rounds.map((round) => round.cpuUs));
  tell(
    `| whole message, MLLP door to delivered: CPU of the gateway | ${cpuUs.toFixed(0)} µs | ${(cpuUs / floorUs).toFixed(1)} × |`,
  );
  tell('');
  tell(
    `- accepted over MLLP (20 connections, 16 unanswered each): ${median(rounds.map((r) => r.acceptedPerSecond)).toFixed(0)} messages/s`,
  );
  tell(`- accepted and delivered: ${median(rounds.map((r) => r.deliveredPerSecond)).toFixed(0)} messages/s`);
  tell(
    `- start to ready: ${median(ready).toFixed(0)} ms (median of 5, ${Math.min(...ready).toFixed(0)}–${Math.max(...ready).toFixed(0)})`,
  );
  tell(
    `- memory (RSS) after each ${each} of ${COUNT + 2_000} messages: ${rss.map((mb) => mb.toFixed(0)).join(', ')} MB`,
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
tell('The senders and the receiver run in another process; the gateway’s CPU is its own.');
tell('');
tell('| what | per message | ratio |');
tell('| --- | --- | --- |');
const floorUs = mapping();
await whole(floorUs);
writeFileSync(new URL('./RESULTS.md', import.meta.url), `${lines.join('\n')}\n`);
