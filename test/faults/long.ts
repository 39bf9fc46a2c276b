/** The long form: one run of any size from one seed, told on standard output; exit 1 on any violation. */
import { parseArgs } from 'node:util';
import { drive, type Plan } from './drive.ts';
import { openEmbedded } from './embedded.ts';
import { faultsOf } from './judge.ts';
import { openScaled } from './scaled.ts';
import { told } from './told.ts';

const USAGE = `npm run faults:long -- [--scaled] [--seed N] [--kills N] [--messages N] [--patients N] [--plain] [--beside DIR]
  without --scaled  one gateway on SQLite: 200 kills over 50000 messages of 500 patients unless told
  --scaled          two serve and two work, PostgreSQL and Redis of their own: 100 kills over 20000 messages
  --plain           kills, cuts, delays and refusals only: no full disk, no moved clock, one version
  --beside DIR      a built checkout of another version to run side by side; else this one under another number
`;

const OPTIONS = {
  scaled: { type: 'boolean', default: false },
  seed: { type: 'string' },
  kills: { type: 'string' },
  messages: { type: 'string' },
  patients: { type: 'string', default: '500' },
  beside: { type: 'string' },
  plain: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Null: not understood, or help is asked for. */
function planOf(args: string[]): { readonly plan: Plan; readonly scaled: boolean } | null {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    const { scaled, beside } = values;
    const seed = Number(values.seed ?? Date.now() % 1_000_000);
    const kills = Number(values.kills ?? (scaled ? 100 : 200));
    const messages = Number(values.messages ?? (scaled ? 20_000 : 50_000));
    const patients = Number(values.patients);
    const sound = Number.isInteger(seed) && [kills, messages, patients].every((n) => Number.isInteger(n) && n > 0);
    if (values.help || !sound) return null;
    const troubles = Math.ceil(kills / 5);
    const sizes = { seed, kills, messages, patients, lines: 20, troubles, everything: !values.plain };
    return { plan: { ...sizes, ...(beside === undefined ? {} : { beside }) }, scaled };
  } catch {
    return null;
  }
}

export async function long(args: string[], tell: (line: string) => void): Promise<number> {
  const asked = planOf(args);
  if (asked === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { plan, scaled } = asked;
  tell(`seed ${plan.seed}: ${plan.kills} kills, ${plan.messages} messages, ${plan.patients} patients`);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const { signal: stop } = stopping;
  const report = await drive(plan, scaled ? openScaled : openEmbedded, { tell, stop }).catch((error: unknown) => {
    if (stop.aborted) return null;
    throw error;
  });
  if (report === null) {
    tell('stopped: nothing is judged');
    return 1;
  }
  tell(told(plan.seed, report));
  const clean = faultsOf(report.verdict).length === 0 && report.acknowledged >= plan.messages;
  tell(clean ? 'clean: nothing lost, doubled or out of order' : 'VIOLATED');
  return clean ? 0 : 1;
}
