/** `test DIR`: an integrator's own samples, each `x.hl7`, `x.json` or `x.xml` with what is expected of it beside it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { writeJson } from '../../profiles/json/write.ts';
import { difference, originIn, type Origin } from '../flows/difference.ts';
import type { ProvedOrNot } from '../flows/prove.ts';
import { readFiles } from './input.ts';
import { mapMessage, resultOf } from './map.ts';
import { EXIT, line, paint, progress, say, type Exit } from './print.ts';
import { openRegion, type RegionOptions } from './region.ts';
import { runOnChange, untilInterrupted } from './watch.ts';

export interface TestOptions extends RegionOptions {
  readonly update?: boolean;
}

type Verdict = 'same' | 'different' | 'written';
const SHOWN = 40;

/** `--watch`: again after every change of a sample, the region file or a ConceptMap it names, until Ctrl-C. */
export async function testOnChange(folder: string, options: TestOptions): Promise<Exit> {
  const region = await openRegion(options);
  if (region === null || (await samplesIn(folder)) === null) return EXIT.usage;
  const file = options.region;
  const maps = region === 'none' ? [] : region.sources.flatMap(({ conceptMaps }) => conceptMaps);
  const beside = file === undefined ? [] : [file, ...maps.map((map) => resolve(dirname(file), map))];
  const folders = new Set(beside.map((path) => dirname(path)));
  const watched = [{ folder, within: true }, ...[...folders].map((one) => ({ folder: one, within: false }))];
  return runOnChange(watched, () => testCommand(folder, options), untilInterrupted());
}

export async function testCommand(folder: string, options: TestOptions): Promise<Exit> {
  const region = await openRegion(options);
  if (region === null) return EXIT.usage;
  const samples = await samplesIn(folder);
  if (samples === null) return EXIT.usage;
  const counts: Record<Verdict, number> = { same: 0, different: 0, written: 0 };
  const exits: Exit[] = [];
  const judged = progress('samples');
  for (const { input, expectedFile } of samples) {
    const expected = await readFile(expectedFile, 'utf8').catch(() => null);
    if (expected === null && options.update !== true) continue;
    for await (const { messages } of readFiles([input], exits)) {
      const proved = messages.map((message) => mapMessage(region, options, message));
      const [only, ...others] = proved.map(resultOf);
      const made = writeJson(others.length === 0 ? only : [only, ...others], 2);
      const origin = originOf(proved);
      counts[await judge({ input, expectedFile, expected, made, origin, update: options.update === true })] += 1;
    }
    judged.step();
  }
  judged.end();
  if (exits.length > 0) return EXIT.usage;
  const { same, different, written } = counts;
  const total = same + different + written;
  if (total === 0) {
    say(`no samples in ${folder}: put x.expected.json beside x.hl7, x.json or x.xml, or let --update write it`);
    return EXIT.usage;
  }
  const words = `${total} ${total === 1 ? 'sample' : 'samples'}: ${same} same, ${different} different${written > 0 ? `, ${written} written` : ''}`;
  line(paint(different > 0 ? 'red' : 'green', words));
  return different > 0 ? EXIT.refused : EXIT.ok;
}

/** Of one message the paths begin at its Bundle (`entry[2]…`), of several at its place among them (`[1].entry[2]…`). */
function originOf(proved: readonly ProvedOrNot[]): Origin {
  const origins = proved.map((one): Origin => (one.ok ? originIn(one.mapped) : () => undefined));
  return (path) => {
    const [, index, inside = ''] = (origins.length === 1 ? null : /^\[(\d+)\]\.(.*)$/s.exec(path)) ?? [null, 0, path];
    return origins[Number(index)]?.(`Bundle.${inside}`);
  };
}

async function judge(sample: {
  readonly input: string;
  readonly expectedFile: string;
  readonly expected: string | null;
  readonly made: string;
  readonly origin: Origin;
  readonly update: boolean;
}): Promise<Verdict> {
  const { expected, made, origin } = sample;
  const differences = expected === null ? ['(nothing expected yet)'] : difference(expected, made, origin);
  if (differences.length === 0) {
    line(`${paint('green', 'same')}       ${sample.input}`);
    return 'same';
  }
  if (sample.update) {
    await writeFile(sample.expectedFile, `${sample.made}\n`);
    line(`${paint('yellow', 'written')}    ${sample.expectedFile}`);
    return 'written';
  }
  line(`${paint('red', 'different')}  ${sample.input}`);
  for (const text of differences.slice(0, SHOWN)) line(`    ${text}`);
  if (differences.length > SHOWN) line(`    … and ${differences.length - SHOWN} more`);
  return 'different';
}

interface Sample {
  readonly input: string;
  readonly expectedFile: string;
}

/** In order of name, folders within it too; null after saying what is wrong. */
async function samplesIn(folder: string): Promise<readonly Sample[] | null> {
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch {
    say(`cannot read the folder ${folder}`);
    return null;
  }
  const samples = names
    .filter((name) => /\.(hl7|json|xml)$/.test(name) && !/(^|\.)expected\.json$/.test(basename(name)))
    .filter((name) => !name.split(sep).some((part) => part.startsWith('.') || part === 'node_modules'))
    .sort()
    .map((name) => ({
      input: join(folder, name),
      expectedFile: join(folder, name.replace(/\.[^.]+$/, '.expected.json')),
    }));
  const shared = samples.find((one, index) => samples[index + 1]?.expectedFile === one.expectedFile);
  if (shared === undefined) return samples;
  say(`two samples would share ${shared.expectedFile}: give one of them another name`);
  return null;
}
