/** The long form: one run of any size from one seed, told on standard output; exit 1 on any violation. */
import { parseArgs } from 'node:util';
import { drive } from './drive.ts';
import { openEmbedded } from './embedded.ts';
import { faultsOf } from './judge.ts';
import { told } from './told.ts';

const USAGE = `npm run faults:long -- [--seed N] [--kills 200] [--messages 50000] [--patients 500] [--plain]
  --plain   kills, cuts and refusals only: no full disk, no moved clock
`;

const OPTIONS = {
  seed: { type: 'string' },
  kills: { type: 'string', default: '200' },
  messages: { type: 'string', default: '50000' },
  patients: { type: 'string', default: '500' },
  plain: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export async function long(args: string[], tell: (line: string) => void): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const [kills, messages, patients] = [values.kills, values.messages, values.patients].map(Number);
  if (values.help || ![seed, kills, messages, patients].every(Number.isInteger) || !kills || !messages || !patients) {
    process.stderr.write(USAGE);
    return 2;
  }
  tell(`seed ${seed}: ${kills} kills, ${messages} messages, ${patients} patients`);
  const plan = {
    seed,
    kills,
    messages,
    patients,
    lines: 20,
    troubles: Math.ceil(kills / 5),
    everything: !values.plain,
  };
  const report = await drive(plan, openEmbedded);
  tell(told(seed, report));
  const clean = faultsOf(report.verdict).length === 0 && report.acknowledged >= messages;
  tell(clean ? 'clean: nothing lost, doubled or out of order' : 'VIOLATED');
  return clean ? 0 : 1;
}
