/**
 * How little the trouble of one costs the others: delivery rates with and without it, in rounds that take turns on one
 * gateway. And a destination that comes back: how it was left alone meanwhile, and how fast and in which order it drains.
 */
import { setMaxListeners } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asProcess, eventually, newFolder, type GatewayProcess } from '../setup/gateway.ts';
import { insisted, outOfOrder } from './judge.ts';
import { change, receiverAt, regionFor, result, testBsns, type Message } from './patients.ts';
import { release } from './release.ts';
import { startReceiver, WELL, type Arrived, type Behaviour, type ModelReceiver } from './receiver.ts';
import { newTally, sendMllp } from './sender.ts';

const LINES = 20;
const ROUNDS = 5;
const LEAST = 0.95;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const giveUp = new AbortController().signal;
setMaxListeners(0, giveUp);

/** Sends over all lines; a patient keeps to one line. */
async function send(gateway: GatewayProcess, bsns: readonly string[], of: (bsn: string) => Message[]): Promise<void> {
  const tally = newTally();
  await Promise.all(
    Array.from({ length: LINES }, (_, line) => {
      const own = bsns.filter((_bsn, index) => index % LINES === line).map(of);
      const inTurns = Array.from({ length: own[0]?.length ?? 0 }, (_unused, turn) =>
        own.map((all) => all[turn]),
      ).flat();
      const messages = inTurns.filter((message) => message !== undefined);
      return sendMllp(messages, () => gateway.mllpPort, 16, { tally, giveUp });
    }),
  );
  if (tally.refused.length > 0) throw new Error(`refused: ${tally.refused[0] ?? ''}`);
}

interface Bench {
  readonly gateway: GatewayProcess;
  readonly end: () => Promise<void>;
}

async function open(region: object): Promise<Bench> {
  const folder = newFolder();
  mkdirSync(join(folder, 'data'));
  const regionFile = join(folder, 'region.json');
  writeFileSync(regionFile, JSON.stringify(region));
  const gateway = await asProcess(join(folder, 'data'), { CONFIG: regionFile }, { cwd: release(folder) });
  return {
    gateway,
    end: async () => {
      await gateway.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const until = (receiver: ModelReceiver, count: number): Promise<boolean> =>
  eventually(async () => receiver.effects.length >= count, 180_000);

type Tell = (line: string) => void;

function compared(what: string, calm: readonly number[], troubled: readonly number[], tell: Tell): boolean {
  const ratio = median(troubled) / median(calm);
  const list = (rates: readonly number[]): string => rates.map((rate) => rate.toFixed(0)).join(' ');
  tell(`${what}: ${ratio.toFixed(3)} × the undisturbed rate (${list(troubled)} beside ${list(calm)} messages/s)`);
  return ratio >= LEAST;
}

/** One patient in a thousand in trouble: what the other 999 are delivered per second. */
async function poisonedPatient(what: string, poison: Behaviour, each: number, tell: Tell): Promise<boolean> {
  const bsns = testBsns(1_000);
  const [bad = '', ...others] = bsns;
  let poisoned = false;
  const behave = ({ patient }: Arrived): Behaviour => (poisoned && patient.endsWith(bad) ? poison : WELL);
  const receiver = await startReceiver({ behave });
  const { gateway, end } = await open(regionFor(receiver.port, { timeoutMs: 2_000 }));
  const rates: Record<'calm' | 'troubled', number[]> = { calm: [], troubled: [] };
  let sequence = 0;
  try {
    for (let round = -1; round < ROUNDS * 2; round += 1) {
      poisoned = round % 2 === 1;
      const before = receiver.effects.filter(({ patient }) => !patient.endsWith(bad)).length;
      const startedAt = performance.now();
      const first = sequence;
      sequence += each;
      const sending = send(gateway, bsns, (bsn) => Array.from({ length: each }, (_, at) => result(bsn, first + at)));
      const delivered = (): number => receiver.effects.filter(({ patient }) => !patient.endsWith(bad)).length - before;
      await Promise.all([sending, eventually(async () => delivered() >= others.length * each, 180_000)]);
      // The first round warms the gateway up.
      const rate = (others.length * each) / ((performance.now() - startedAt) / 1_000);
      if (round >= 0) rates[poisoned ? 'troubled' : 'calm'].push(rate);
      poisoned = false;
      await eventually(async () => (await pending(gateway)) === 0, 60_000);
    }
    const again = insisted(receiver.attempts, []);
    if (again.length > 0) tell(`${again.length} sent again after a 422`);
    return compared(what, rates.calm, rates.troubled, tell) && again.length === 0;
  } finally {
    await end();
    await receiver.stop();
  }
}

async function pending(gateway: GatewayProcess): Promise<number> {
  const counts = (await (await fetch(`${gateway.url}/reconciliation`)).json()) as { pending: number };
  return counts.pending;
}

/** Results go to one system, changes of address to another, which is down: what the first is delivered per second. */
async function oneDown(what: string, down: Behaviour, each: number, tell: Tell): Promise<boolean> {
  const bsns = testBsns(1_000);
  let isDown = false;
  const one = await startReceiver();
  const other = await startReceiver({ behave: () => (isDown ? down : WELL) });
  const region = {
    ...regionFor(one.port),
    destinations: [receiverAt(one.port), receiverAt(other.port, { id: 'other', timeoutMs: 2_000 })],
    deliver: { vvt: { 'patient-admin': 'other', default: 'ecd' } },
  };
  const { gateway, end } = await open(region);
  const rates: Record<'calm' | 'troubled', number[]> = { calm: [], troubled: [] };
  let sent = 0;
  try {
    for (let round = -1; round < ROUNDS * 2; round += 1) {
      isDown = round % 2 === 1;
      const startedAt = performance.now();
      const first = sent;
      sent += each;
      const both = (bsn: string): Message[] =>
        Array.from({ length: each * 2 }, (_, at) => (at % 2 === 0 ? result : change)(bsn, first * 2 + at));
      await Promise.all([send(gateway, bsns, both), until(one, bsns.length * sent)]);
      const rate = (bsns.length * each) / ((performance.now() - startedAt) / 1_000);
      if (round >= 0) rates[isDown ? 'troubled' : 'calm'].push(rate);
      isDown = false;
      await until(other, bsns.length * sent);
      await eventually(async () => (await pending(gateway)) === 0, 60_000);
    }
    return compared(what, rates.calm, rates.troubled, tell);
  } finally {
    await end();
    await one.stop();
    await other.stop();
  }
}

const RATE = 400;
const RETRY = { firstDelayMs: 1_000, maxDelayMs: 2_000, giveUpHours: 1 };
const CONCURRENCY = 16;
/** Failures in a row that open a breaker, and the calls that may be under way by then. */
const MOST_BEFORE_OPEN = 10 + 2 * CONCURRENCY;

/** Ten thousand wait for a destination that is down; then it is back. */
async function back(waiting: number, tell: Tell): Promise<boolean> {
  const bsns = testBsns(500);
  const bad = bsns.at(-1) ?? '';
  let isDown = true;
  const behave = ({ patient }: Arrived): Behaviour =>
    isDown ? { commit: false, answer: 503 } : patient.endsWith(bad) ? { commit: false, answer: 422 } : WELL;
  const receiver = await startReceiver({ behave });
  const pace = { ratePerSecond: RATE, concurrency: CONCURRENCY, retry: RETRY };
  const { gateway, end } = await open(regionFor(receiver.port, pace));
  try {
    const each = Math.ceil(waiting / bsns.length);
    await send(gateway, bsns, (bsn) => Array.from({ length: each }, (_, at) => result(bsn, at)));
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const probed = receiver.attempts.map(({ at }) => at);
    isDown = false;
    const good = (bsns.length - 1) * each;
    await until(receiver, 1);
    const startedAt = performance.now();
    await until(receiver, good);
    const rate = (good - 1) / ((performance.now() - startedAt) / 1_000);
    await eventually(async () => (await pending(gateway)) === 0, 60_000);
    const disorder = outOfOrder(receiver.attempts).length + outOfOrder(receiver.effects).length;
    const again = insisted(receiver.attempts, []).length;
    const { early, openings } = tooEarly(probed);
    tell(
      `back after ${bsns.length * each} waiting: drained at ${rate.toFixed(0)} messages/s of ${RATE} allowed, ` +
        `${disorder} out of order, ${again} sent again after a 422; while down ${probed.length} attempts, ` +
        `${openings} of them probes, ${early} earlier than the breaker's shortest interval`,
    );
    return rate >= LEAST * RATE && rate <= RATE * 1.05 && disorder === 0 && again === 0 && early === 0 && openings > 0;
  } finally {
    await end();
    await receiver.stop();
  }
}

/**
 * Attempts come in one burst until the breaker opens. Then each opening lasts at least half of a doubled delay, and one
 * probe ends it: no gap may be shorter.
 */
function tooEarly(times: readonly number[]): { early: number; openings: number } {
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const opened = gaps.findIndex((gap) => gap >= RETRY.firstDelayMs / 2);
  if (opened < 0 || opened + 1 > MOST_BEFORE_OPEN) return { early: times.length, openings: 0 };
  const open = gaps.slice(opened);
  const shortest = (opening: number): number => Math.min(RETRY.maxDelayMs, RETRY.firstDelayMs * 2 ** opening) / 2;
  return { early: open.filter((gap, opening) => gap < shortest(opening) - 5).length, openings: open.length };
}

export async function rates(args: string[], tell: Tell): Promise<number> {
  const size = Number(args[0] ?? 1);
  const each = Math.max(1, Math.round(3 * size));
  const held = [
    await poisonedPatient('one patient refused (422) among 1000', { commit: false, answer: 422 }, each, tell),
    await poisonedPatient('one patient failing (500) among 1000', { commit: false, answer: 500 }, each, tell),
    await oneDown('one of two destinations answers 503', { commit: false, answer: 503 }, each, tell),
    await oneDown('one of two destinations hangs', { commit: false, answer: 'silence' }, each, tell),
    await back(Math.round(10_000 * size), tell),
  ];
  return held.every(Boolean) ? 0 : 1;
}
