/** One gateway for measuring with: started on a region, sent to as fast as it takes, waited for. */
import { setMaxListeners } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asProcess, eventually, newFolder, type GatewayProcess } from '../setup/gateway.ts';
import type { Message } from './patients.ts';
import type { ModelReceiver } from './receiver.ts';
import { release } from './release.ts';
import { newTally, sendMllp } from './sender.ts';
import { countsOf } from './site.ts';

const LINES = 20;
const giveUp = new AbortController().signal;
setMaxListeners(0, giveUp);

/** Sends over all lines; a patient keeps to one line. */
export async function send(
  gateway: GatewayProcess,
  bsns: readonly string[],
  of: (bsn: string) => Message[],
): Promise<void> {
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

export interface Lone {
  readonly gateway: GatewayProcess;
  readonly end: () => Promise<void>;
}

export async function open(region: object): Promise<Lone> {
  const folder = newFolder();
  mkdirSync(join(folder, 'data'));
  const regionFile = join(folder, 'region.json');
  writeFileSync(regionFile, JSON.stringify(region));
  const gateway = await asProcess(join(folder, 'data'), { CONFIG: regionFile }, { cwd: release(folder) });
  // It would outlive a run that is broken off.
  process.once('exit', () => gateway.child.kill('SIGKILL'));
  return {
    gateway,
    end: async () => {
      await gateway.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const until = (receiver: ModelReceiver, count: number): Promise<boolean> =>
  eventually(async () => receiver.effects.length >= count, 180_000);

/** Nothing is waiting any more. */
export const drained = (gateway: GatewayProcess): Promise<boolean> =>
  eventually(async () => (await countsOf(gateway.url)).pending === 0, 60_000);
