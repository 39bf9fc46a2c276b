// ADT^A08 over MLLP: how fast changes of many patients are durably accepted beside bare group commit of the rows they
// leave, into a ledger that grows alike, with nothing else to do; their delivery is measured apart, after it.
import { join } from 'node:path';
import { commitFloor } from './commit-floor.mjs';
import { alternate, median, row } from './measure.mjs';
import { adt, testBsns } from './messages.mjs';
import { coalition, lossOf, overMllp, timed } from './partners.mjs';

const ROUNDS = 5;
/** Until everything a message runs through is compiled. */
const WARM = 3_000;

/** `threads`: MAPPING_THREADS of the gateway. */
export async function administration(floor, each, threads, tell) {
  const partners = await coalition();
  const { folder, receiver } = partners;
  // One call a second: all of it is accepted before delivery begins.
  partners.write({ ratePerSecond: 1 });
  let gateway = await partners.start({ MAPPING_THREADS: String(threads) });
  const bsns = testBsns(500);
  let sent = 0;
  const accept = (count) => {
    const texts = Array.from({ length: count }, (_, index) => adt(bsns[(sent + index) % 500], `A${sent + index}`));
    sent += count;
    return timed(gateway.child.pid, count, () => overMllp(gateway.mllpPort, texts));
  };
  await accept(WARM);
  const alone = commitFloor(join(folder, 'g.sqlite'), join(folder, 'floor.sqlite'));
  const empty = alone.rate(WARM, 32);
  const rounds = [];
  const commits = [];
  const floors = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await accept(each));
    commits.push(alone.rate(each, 32));
    floors.push(alternate([floor], 3, 1_000)[0]);
  }
  alone.end();
  await gateway.stop();
  partners.write();
  const before = receiver.received();
  gateway = await partners.start({ MAPPING_THREADS: String(threads) });
  const drained = await timed(gateway.child.pid, sent - before, () => receiver.until(sent));
  await gateway.stop();
  partners.end();
  const floorUs = median(floors);
  const ratios = rounds.map(({ perSecond }, round) => perSecond / commits[round]);
  const cpuUs = median(rounds.map((round) => round.cpuUs));
  const how = `, MAPPING_THREADS=${threads}`;
  tell(row(`ADT^A08, MLLP door to acknowledged: CPU of the gateway${how}`, cpuUs, floorUs));
  tell(row(`the same message, waiting to delivered${how}`, drained.cpuUs, floorUs));
  const rate = median(rounds.map(({ perSecond }) => perSecond));
  return [
    `- ADT^A08 of 500 patients accepted over MLLP${how} (20 connections, 16 unanswered each): ${rate.toFixed(0)} messages/s, ${median(ratios).toFixed(2)} × bare group commit of their rows into a ledger of the same size (${median(commits).toFixed(0)} messages/s, 32 to a commit; ${empty.toFixed(0)} into an empty one); ${lossOf(sent, receiver)}`,
  ];
}
