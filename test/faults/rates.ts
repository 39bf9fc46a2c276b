/**
 * How little the trouble of one costs the others: delivery rates with and without it, in rounds that take turns on one
 * gateway. And a destination that comes back.
 */
import { eventually } from '../setup/gateway.ts';
import { comeBack } from './come-back.ts';
import { insisted } from './insisted.ts';
import { drained, open, send, until } from './lone.ts';
import { change, receiverAt, regionFor, result, testBsns, type Message } from './patients.ts';
import { startReceiver, WELL, type Arrived, type Behaviour } from './receiver.ts';
import { byTurns, type Tell } from './rounds.ts';

const PATIENTS = 1_000;
/** Messages of a patient in a round. */
const EACH = 3;
const LONGEST_MS = 180_000;

/** One patient in a thousand in trouble: what the other 999 are delivered per second. */
async function poisonedPatient(what: string, poison: Behaviour, tell: Tell): Promise<boolean> {
  const bsns = testBsns(PATIENTS);
  const [bad = ''] = bsns;
  let poisoned = false;
  let others = 0;
  const behave = ({ patient }: Arrived): Behaviour => {
    if (!patient.endsWith(bad)) others += 1;
    return poisoned && patient.endsWith(bad) ? poison : WELL;
  };
  const receiver = await startReceiver({ behave });
  const { gateway, end } = await open(regionFor(receiver.port, { timeoutMs: 2_000 }));
  const count = (PATIENTS - 1) * EACH;
  const play = async (round: number, troubled: boolean): Promise<number> => {
    poisoned = troubled;
    const messages = (bsn: string): Message[] =>
      Array.from({ length: EACH }, (_, at) => result(bsn, round * EACH + at));
    const delivered = eventually(async () => others >= (round + 1) * count, LONGEST_MS);
    await Promise.all([send(gateway, bsns, messages), delivered]);
    return count;
  };
  try {
    const held = await byTurns(what, tell, play, async () => {
      poisoned = false;
      await drained(gateway);
    });
    const again = insisted(receiver.attempts, []).length;
    if (again > 0) tell(`${again} sent again after a 422`);
    return held && again === 0;
  } finally {
    await end();
    await receiver.stop();
  }
}

/** Results go to one system, changes of address to another, which is down: what the first is delivered per second. */
async function oneDown(what: string, down: Behaviour, tell: Tell): Promise<boolean> {
  const bsns = testBsns(PATIENTS);
  let isDown = false;
  const one = await startReceiver();
  const other = await startReceiver({ behave: () => (isDown ? down : WELL) });
  const region = {
    ...regionFor(one.port),
    destinations: [receiverAt(one.port), receiverAt(other.port, { id: 'other', timeoutMs: 2_000 })],
    deliver: { vvt: { 'patient-admin': 'other', default: 'ecd' } },
  };
  const { gateway, end } = await open(region);
  const play = async (round: number, troubled: boolean): Promise<number> => {
    isDown = troubled;
    const both = (bsn: string): Message[] => [result(bsn, round * 2), change(bsn, round * 2 + 1)];
    await Promise.all([send(gateway, bsns, both), until(one, PATIENTS * (round + 1))]);
    return PATIENTS;
  };
  try {
    return await byTurns(what, tell, play, async () => {
      isDown = false;
      await drained(gateway);
    });
  } finally {
    await end();
    await one.stop();
    await other.stop();
  }
}

const WAITING = 10_000;

const PARTS: Readonly<Record<string, (tell: Tell) => Promise<boolean>>> = {
  refused: (tell) => poisonedPatient('one patient refused (422) among 1000', { commit: false, answer: 422 }, tell),
  failing: (tell) => poisonedPatient('one patient failing (500) among 1000', { commit: false, answer: 500 }, tell),
  away: (tell) => oneDown('one of two destinations answers 503', { commit: false, answer: 503 }, tell),
  hanging: (tell) => oneDown('one of two destinations hangs', { commit: false, answer: 'silence' }, tell),
  back: (tell) => comeBack(WAITING, tell),
};

/** All of it, or the parts named. */
export async function rates(named: readonly string[], tell: Tell): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  let held = true;
  for (const name of named.length > 0 ? named : Object.keys(PARTS)) {
    const part = PARTS[name];
    if (part === undefined) {
      process.stderr.write(`npm run faults:rates -- [${Object.keys(PARTS).join(' | ')}] …\n`);
      return 2;
    }
    held = (await part(tell)) && held;
  }
  tell(held ? 'all held' : 'NOT HELD');
  return held ? 0 : 1;
}
