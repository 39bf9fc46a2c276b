// The whole message: door to delivered, in a gateway process of its own; its start and its memory.
import { join } from 'node:path';
import { commitFloor } from './commit-floor.mjs';
import { rssMb, sendHttp, sendPaced } from './gateway.mjs';
import { alternate, median, row } from './measure.mjs';
import { oru, testBsns } from './messages.mjs';
import { coalition, lossOf, overMllp, rest, timed } from './partners.mjs';

const ROUNDS = 5;

export async function whole(floor, count, tell) {
  const partners = await coalition();
  const { folder, receiver } = partners;
  const ready = [];
  for (let round = 0; round < 5; round++) {
    const started = await partners.start();
    ready.push(started.readyMs);
    await started.stop();
  }
  const gateway = await partners.start();
  const { pid } = gateway.child;
  const bsns = testBsns(500);
  let sent = 0;
  const texts = (many) => Array.from({ length: many }, (_, at) => oru(bsns[(sent + at) % 500], `M${sent + at}`));
  /** Accepted: all answered. Delivered: all received. */
  const run = async (send, many) => {
    const all = texts(many);
    sent += many;
    let accepted = 0;
    const started = performance.now();
    const delivered = await timed(pid, many, async () => {
      await send(all);
      accepted = many / ((performance.now() - started) / 1000);
      await receiver.until(sent);
    });
    return { ...delivered, accepted };
  };
  const mllp = (all) => overMllp(gateway.mllpPort, all);
  const http = (all) => sendHttp(`${gateway.url}/hl7v2`, all, 64);
  const rss = [rssMb(pid)];
  await run(mllp, 3_000); // until everything a message runs through is compiled
  await run(http, 500);
  const alone = commitFloor(join(folder, 'g.sqlite'), join(folder, 'floor.sqlite'));
  alone.rate(sent, 32);
  rss.push(rssMb(pid));
  const [framed, posted, floors, commits] = [[], [], [], []];
  const each = Math.ceil(count / ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    framed.push(await run(mllp, each));
    posted.push(await run(http, Math.ceil(each / 4)));
    floors.push(alternate([floor], 3, 200)[0]);
    commits.push(alone.rate(each + Math.ceil(each / 4), 32));
    rss.push(rssMb(pid));
  }
  const latencies = await paced(gateway.mllpPort, receiver, texts(500), sent);
  sent += 500;
  await rest(1_000);
  alone.end();
  await gateway.stop();
  partners.end();
  const of = (rounds, what) => median(rounds.map((round) => round[what]));
  const floorUs = median(floors);
  tell(row('floor, once more between the rounds of what follows', floorUs, floorUs));
  tell(row('whole message, MLLP door to delivered: CPU of the gateway', of(framed, 'cpuUs'), floorUs));
  tell(row('whole message, `POST /hl7v2` to delivered: CPU of the gateway', of(posted, 'cpuUs'), floorUs));
  const percentile = (part) => latencies[Math.floor(latencies.length * part)].toFixed(0);
  const list = (numbers) => numbers.map((number) => number.toFixed(0)).join(', ');
  return [
    `- delivered: ${lossOf(sent, receiver)}`,
    `- commit floor (the rows of the messages written by SQLite alone into a ledger of the same size, 32 messages to a commit): ${median(commits).toFixed(0)} messages/s`,
    `- accepted over MLLP (20 connections, 16 unanswered each): ${of(framed, 'accepted').toFixed(0)} messages/s, ${(of(framed, 'accepted') / median(commits)).toFixed(2)} × the commit floor, while delivering`,
    `- accepted over HTTP (64 connections): ${of(posted, 'accepted').toFixed(0)} messages/s`,
    `- accepted and delivered: ${of(framed, 'perSecond').toFixed(0)} messages/s`,
    `- sent to delivered, 50 messages a second: p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms`,
    `- start to ready: ${median(ready).toFixed(0)} ms (median of 5, ${Math.min(...ready).toFixed(0)}–${Math.max(...ready).toFixed(0)})`,
    `- memory (RSS), ready and after each ${each + Math.ceil(each / 4)} of ${sent} messages: ${list(rss)} MB`,
  ];
}

/** Sorted milliseconds from sending to receiving, 50 messages a second; `from` is the number of the first. */
async function paced(port, receiver, all, from) {
  const { sentAt, close } = await sendPaced(port, all, 20);
  await receiver.until(from + all.length);
  close();
  return sentAt.map((at, index) => receiver.seen.get(`M${from + index}`).at - at).sort((a, b) => a - b);
}
