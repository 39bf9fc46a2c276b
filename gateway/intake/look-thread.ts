/** The thread that looks: it is given arrivals by the handful, and answers each handful at once. */
import { parentPort, workerData } from 'node:worker_threads';
import { prepareRules } from '../../profiles/rules.ts';
import { createSeal } from '../ledger/seal.ts';
import type { Handful, LookThreadData } from './look-aside.ts';
import { crossing, type Crossing } from './look-crossing.ts';
import { look } from './look.ts';

const { region, secrets, ownKey } = workerData as LookThreadData;
const seal = createSeal(Buffer.from(ownKey));
const deps = { region, seal, secret: (envName: string): string | undefined => secrets[envName] };

parentPort?.on('message', (handful: Handful | 'prepare') => {
  if (handful === 'prepare') return prepareRules();
  const answers = handful.map(({ arrival, stamp }): Crossing => {
    try {
      return crossing(look(deps, arrival, stamp));
    } catch (error) {
      // A bug with one message is that message's alone.
      return { ok: false, error };
    }
  });
  parentPort?.postMessage(
    answers,
    answers.flatMap((answer) => (answer.ok ? answer.handedOver : [])),
  );
});
