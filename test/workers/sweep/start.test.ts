import type { Ledger } from '../../../gateway/ledger/ledger.ts';
import { silentLog } from '../../../gateway/log.ts';
import type { SweepDeps } from '../../../workers/sweep/deps.ts';
import { startSweep, type Sweep } from '../../../workers/sweep/start.ts';
import { coalition } from '../../setup/coalition.ts';
import { eventually, newMessage, temporaryLedger } from '../ledger.ts';

const clock = { now: () => new Date('2026-11-22T10:00:00.000Z') };
const region = coalition('http://127.0.0.1:9/fhir');
const due = (id: string) => newMessage({ id, status: 'held', holdUntil: '2026-11-22T09:00:00.000Z' });

let ledger: Ledger;
let end: () => Promise<void>;
const sweeps: Sweep[] = [];
beforeEach(async () => {
  ({ ledger, end } = await temporaryLedger());
});
afterEach(async () => {
  for (const sweep of sweeps.splice(0)) await sweep.stop();
  await end();
});

function start(over: Partial<SweepDeps> = {}): Sweep {
  const sweep = startSweep({
    ledger,
    clock,
    log: silentLog,
    region,
    secrets: () => undefined,
    holder: 'a',
    everyMs: 20,
    ...over,
  });
  sweeps.push(sweep);
  return sweep;
}
const isExpired = async (id: string): Promise<boolean> => (await ledger.message(id))?.status === 'expired';

test('a sweep comes again and again, also after the ledger was away', async () => {
  let nudges = 0;
  let writes = 0;
  await ledger.write((tx) => tx.insertMessage(due('m')));
  const failing: SweepDeps['ledger'] = {
    write: (unit) => (++writes === 1 ? Promise.reject(new Error('away')) : ledger.write(unit)),
    takeDuty: (name, holder, now, until) => ledger.takeDuty(name, holder, now, until),
    giveBack: () => ledger.giveBack(),
    reconciliation: () => ledger.reconciliation(),
    backlog: () => ledger.backlog(),
    destinations: () => ledger.destinations(),
    sourceBacklog: () => ledger.sourceBacklog(),
    alarms: () => ledger.alarms(),
    alarmNotices: (limit) => ledger.alarmNotices(limit),
  };
  const sweep = start({ ledger: failing, nudge: () => void (nudges += 1) });
  await eventually(() => isExpired('m'));
  await eventually(() => nudges >= 3);
  await sweep.stop();
  const after = nudges;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(nudges).toBe(after);
});

test('of two processes one sweeps, and the other from when that one has stopped', async () => {
  const first = start({ holder: 'a' });
  let nudged = 0;
  await eventually(
    async () => !(await ledger.takeDuty('sweep', 'b', clock.now().toISOString(), clock.now().toISOString())),
  );
  start({ holder: 'b', nudge: () => void (nudged += 1) });
  await eventually(() => nudged >= 3);
  await first.stop();
  await ledger.write((tx) => tx.insertMessage(due('m')));
  await eventually(() => isExpired('m'));
});
