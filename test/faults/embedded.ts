/** One gateway on SQLite, delivering in its own process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asProcess } from '../setup/gateway.ts';
import { between } from './random.ts';
import { release } from './release.ts';
import { countsOf, crew, type Blow, type OpenSite } from './site.ts';
import { smallDisk } from './small-disk.ts';

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const openEmbedded: OpenSite = async ({ folder, regionFile, everything }) => {
  const data = join(folder, 'data');
  const clockFile = join(folder, 'clock');
  const cwd = release(folder);
  const disk = everything ? await smallDisk(data, cwd) : null;
  const clock = {
    CLOCK_FILE: clockFile,
    NODE_OPTIONS: `--import=${pathToFileURL('test/faults/moved-clock.mjs').href}`,
  };
  // Mapping in a thread of its own is one more thing that a kill may find half done.
  const env = { CONFIG: regionFile, MAPPING_THREADS: '1', ...(everything ? clock : {}) };
  const processes = crew();
  const start = () => processes.start(() => asProcess(data, env, { cwd, under: disk?.command ?? [] }));
  let gateway = await start();
  const kills: Blow[] = [
    {
      name: 'kill',
      share: 1,
      harms: 'process',
      strike: async () => {
        await gateway.kill();
        gateway = await start();
      },
    },
  ];
  const troubles: Blow[] = everything
    ? [
        {
          name: 'clock moved',
          share: 1,
          strike: async (random) => {
            writeFileSync(clockFile, String(between(random, -5_000, 5_000)));
          },
        },
      ]
    : [];
  if (disk !== null) {
    troubles.push({
      name: 'disk full',
      share: 1,
      meanwhile: true,
      harms: 'ledger',
      strike: async (random) => {
        disk.fill();
        await rest(between(random, 200, 1_000));
        disk.empty();
      },
    });
  }
  return {
    mllpPort: () => gateway.mllpPort,
    url: () => gateway.url,
    kills,
    troubles,
    counts: () => countsOf(gateway.url),
    end: async () => {
      await processes.end();
      await disk?.end();
    },
  };
};
