import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { readJson } from '../../../profiles/json/read.ts';
import { differences, lineOf } from '../../../gateway/flows/difference.ts';
import { readXml } from '../../../profiles/xml/read.ts';
import { writeXml } from '../../../profiles/xml/write.ts';
import { anyResource } from './any-resource.ts';

/** The tree of the XML that this tree is written as. */
function again(resource: unknown): unknown {
  const read = readXml(writeXml(resource));
  if (!read.ok) throw new Error(`${read.issue.expression} ${read.issue.text}`);
  return read.value;
}

/** What differs after the way there and back, in the FHIR files of a folder; with how many there were. */
function changedIn(folder: string, pattern: RegExp): { readonly files: number; readonly changed: string[] } {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => pattern.test(name));
  const texts = names.map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  const resources = texts.filter(([, text]) => text.includes('"resourceType"'));
  const changed = resources.flatMap(([name, text]) => {
    const read = readJson(text);
    if (!read.ok) throw new Error(`${name}: ${read.issue.text}`);
    return differences(read.value, again(read.value)).map((one) => `${name} ${lineOf(one)}`);
  });
  return { files: resources.length, changed };
}

const PUBLISHED = resolve(__dirname, '../../../../shared/data/examples/nl-core');
const testWithData = existsSync(PUBLISHED) ? test : test.skip;

describe('JSON → XML → JSON', () => {
  test('loses and bends nothing of any resource', () => {
    fc.assert(
      fc.property(anyResource, (resource) => {
        expect(differences(resource, again(resource)).map(lineOf)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('loses and bends nothing of any golden output', () => {
    const { files, changed } = changedIn(resolve(__dirname, '../../../mappings'), /expected\.json$/);
    expect(changed).toEqual([]);
    expect(files).toBeGreaterThan(50);
  });

  testWithData('loses and bends nothing of any published Dutch example', () => {
    const { files, changed } = changedIn(PUBLISHED, /\.json$/);
    expect(changed).toEqual([]);
    expect(files).toBeGreaterThan(100);
  });
});
