/** What `serve` and `work` begin and end with: the configuration, said in full where it is wrong, and the signal to stop. */
import { environmentSecret, readConfig, type Config } from '../config.ts';
import type { RegionFile } from '../regions/region.ts';
import { configuredRegion, type Configured } from './configured.ts';
import { say } from './print.ts';

/** Null, with every fault said, when it cannot be started so. */
export async function configuredProcess(options: {
  readonly config?: string;
}): Promise<{ readonly config: Config; readonly region: RegionFile } | null> {
  const read = readConfig();
  if (!read.ok) {
    say('the configuration is wrong:');
    for (const fault of read.faults) say(`  ${fault}`);
    if (options.config !== undefined) sayRegionFaults(await configuredRegion(options.config, environmentSecret));
    return null;
  }
  const { config } = read;
  const found = await configuredRegion(options.config ?? config.regionFile, config.secret);
  if (found.ok) return { config, region: found.region };
  sayRegionFaults(found);
  return null;
}

function sayRegionFaults(region: Configured): void {
  if (region.ok) return;
  say(`the region file ${region.file} is wrong:`);
  for (const fault of region.faults) say(`  ${fault.path}: ${fault.text}`);
}

export const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    // What a process says on its way is for whoever listens; it goes on when nobody does any more.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
