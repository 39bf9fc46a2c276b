/**
 * How little the trouble of one costs the others: delivery rates with and without it, in rounds that take turns on one
 * gateway. And a destination that comes back.
 */
import { eventually } from '../setup/gateway.ts';
import { comeBack } from './come-back.ts';
import { insisted } from './judge.ts';
import { drained, open, send, until } from './lone.ts';
import { change, receiverAt, regionFor, result, testBsns, type Message } from './patients.ts';
import { startReceiver, WELL, type Arrived, type Behaviour } from './receiver.ts';

const ROUNDS = 5;
const LEAST = 0.95;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

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
      await drained(gateway);
    }
    const again = insisted(receiver.attempts, []);
    if (again.length > 0) tell(`${again.length} sent again after a 422`);
    return compared(what, rates.calm, rates.troubled, tell) && again.length === 0;
  } finally {
    await end();
    await receiver.stop();
  }
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
      await drained(gateway);
    }
    return compared(what, rates.calm, rates.troubled, tell);
  } finally {
    await end();
    await one.stop();
    await other.stop();
  }
}

export async function rates(args: string[], tell: Tell): Promise<number> {
  const size = Number(args[0] ?? 1);
  const each = Math.max(1, Math.round(3 * size));
  const held = [
    await poisonedPatient('one patient refused (422) among 1000', { commit: false, answer: 422 }, each, tell),
    await poisonedPatient('one patient failing (500) among 1000', { commit: false, answer: 500 }, each, tell),
    await oneDown('one of two destinations answers 503', { commit: false, answer: 503 }, each, tell),
    await oneDown('one of two destinations hangs', { commit: false, answer: 'silence' }, each, tell),
    await comeBack(Math.round(10_000 * size), tell),
  ];
  return held.every(Boolean) ? 0 : 1;
}
