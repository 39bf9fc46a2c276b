/**
 * What has to be done now and then: holds that end, contents whose time is over, alarms. One process of several does it at
 * a time, by a duty in the ledger; another takes over when that one is gone.
 */
import { createAlarmLook } from './alarms.ts';
import type { SweepDeps } from './deps.ts';
import { expireHeld } from './hold.ts';
import { destroyFinished } from './retention.ts';
import { createTeller } from './webhook.ts';

export interface Sweep {
  stop(): Promise<void>;
}

const DUTY = 'sweep';
/** Rounds a process may miss before another takes over. */
const ROUNDS_MISSED = 3;

export function startSweep(deps: SweepDeps): Sweep {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let sweeping = Promise.resolve();
  const lookForAlarms = createAlarmLook(deps);
  const tell = createTeller(deps);
  const takeDuty = (rounds: number): Promise<boolean> => {
    const now = deps.clock.now();
    const until = new Date(now.getTime() + rounds * deps.everyMs);
    return deps.ledger.takeDuty(DUTY, deps.holder, now.toISOString(), until.toISOString());
  };
  const going = (): boolean => !stopped;
  const round = async (): Promise<void> => {
    if (!(await takeDuty(ROUNDS_MISSED))) return;
    await expireHeld(deps, going);
    await lookForAlarms();
    void tell();
    await destroyFinished(deps, going);
  };
  const sweep = async (): Promise<void> => {
    try {
      await round();
    } catch (error) {
      deps.log.failure('sweep.failed', error);
    }
    deps.nudge?.();
    if (!stopped) plan(deps.everyMs);
  };
  const plan = (delayMs: number): void => {
    timer = setTimeout(() => {
      sweeping = sweep();
    }, delayMs);
  };
  plan(0);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await sweeping;
      // Whoever comes next need not wait; a ledger that is away lets the duty run out by itself.
      await takeDuty(0).catch(() => undefined);
    },
  };
}
