/** The thread that looks: it is given arrivals by the handful, and answers each handful at once. */
import { parentPort, workerData } from 'node:worker_threads';
import { prepareRules } from '../../profiles/rules.ts';
import { createSeal } from '../ledger/seal.ts';
import type { LookThreadData } from './look-hand.ts';
import { fromThread, inThread, type Answer, type Asking, type Handful } from './look-crossing.ts';
import { look } from './look.ts';

const { region, secrets, ownKey } = workerData as LookThreadData;
const seal = createSeal(Buffer.from(ownKey));
const deps = { region, seal, secret: (envName: string): string | undefined => secrets[envName] };

function answerTo({ arrival, stamp }: Asking): Answer {
  try {
    return { looked: look(deps, arrival, stamp) };
  } catch (error) {
    return { thrown: error instanceof Error ? error : new Error('looking threw') };
  }
}

parentPort?.on('message', (handful: Handful | 'prepare') => {
  if (handful === 'prepare') return prepareRules();
  const answers = fromThread(inThread(handful).map(answerTo));
  parentPort?.postMessage(answers, [answers.bytes.buffer]);
});
