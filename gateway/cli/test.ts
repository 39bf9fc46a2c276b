/** `test DIR`: an integrator's own samples, each `x.hl7`, `x.json` or `x.xml` with what is expected of it beside it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeJson } from '../../profiles/json/write.ts';
import { difference } from './difference.ts';
import { messagesIn, readInput } from './input.ts';
import { mapMessage, resultOf } from './map.ts';
import { EXIT, line, paint, say, type Exit } from './print.ts';
import { openRegion, type RegionOptions } from './region.ts';

export interface TestOptions extends RegionOptions {
  readonly update?: boolean;
}

export async function testCommand(folder: string, options: TestOptions): Promise<Exit> {
  const region = await openRegion(options);
  if (region === null) return EXIT.usage;
  const inputs = await samplesIn(folder);
  if (inputs === null) {
    say(`cannot read ${folder}`);
    return EXIT.usage;
  }
  let equal = 0;
  let different = 0;
  let written = 0;
  for (const input of inputs) {
    const expectedFile = input.replace(/\.[^.]+$/, '.expected.json');
    const expected = await readOrNull(expectedFile);
    if (expected === null && options.update !== true) continue;
    const read = await readInput(input);
    if (!read.ok) {
      say(`cannot read ${input}: ${read.reason}`);
      return EXIT.usage;
    }
    const results = messagesIn(read).map((message) => resultOf(mapMessage(region, options, message)));
    const made = writeJson(results.length === 1 ? results[0] : results, 2);
    const differences = expected === null ? ['(no expected file)'] : difference(expected, made);
    if (differences.length === 0) {
      equal += 1;
      line(`${paint('green', 'same')}  ${input}`);
    } else if (options.update === true) {
      await writeFile(expectedFile, `${made}\n`);
      written += 1;
      line(`${paint('yellow', 'written')}  ${expectedFile}`);
    } else {
      different += 1;
      line(`${paint('red', 'different')}  ${input}`);
      for (const text of differences.slice(0, 40)) line(`    ${text}`);
      if (differences.length > 40) line(`    … and ${differences.length - 40} more`);
    }
  }
  const total = equal + different + written;
  if (total === 0) {
    say(`no samples in ${folder}: put x.expected.json beside x.hl7 or x.json, or run with --update`);
    return EXIT.usage;
  }
  line(`${total} samples: ${equal} same, ${different} different${written > 0 ? `, ${written} written` : ''}`);
  return different > 0 ? EXIT.refused : EXIT.ok;
}

async function samplesIn(folder: string): Promise<string[] | null> {
  try {
    const names = await readdir(folder, { recursive: true });
    return names
      .filter(
        (name) =>
          /\.(hl7|json|xml)$/.test(name) && !name.endsWith('.expected.json') && basename(name) !== 'expected.json',
      )
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return null;
  }
}

const readOrNull = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);
