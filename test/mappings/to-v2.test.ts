/** Messages written for partners that take nothing but HL7 v2: golden outputs, and that nothing of a Bundle is lost. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { writeV2, type V2Mapping, type WrittenV2 } from '../../mappings/hl7v2/write/message.ts';
import { toAdt } from '../../mappings/to-adt/mapping.ts';
import { toMdm } from '../../mappings/to-mdm/mapping.ts';
import { toOru } from '../../mappings/to-oru/mapping.ts';
import { toRef } from '../../mappings/to-ref/mapping.ts';
import { toRri } from '../../mappings/to-rri/mapping.ts';
import { read } from './golden.ts';
import { ALL_TAKEN, folderOf } from './samples.ts';
import { leavesOf, PARTNER, STAMP } from './v2-partner.ts';

const MAPPINGS = join(__dirname, '../../mappings');
const FOLDERS = ['to-adt', 'to-mdm', 'to-oru', 'to-ref', 'to-rri'] as const;

const SAMPLES = FOLDERS.flatMap((folder) =>
  readdirSync(join(MAPPINGS, folder, 'samples')).map((name): [string, string] => [folder, name]),
);
const WRITTEN = SAMPLES.filter(([, name]) => !name.startsWith('refused-'));

const at = (folder: string, name: string, file: string): string => join(MAPPINGS, folder, 'samples', name, file);
const bundleOf = (folder: string, name: string): Bundle<FhirResource> =>
  read(at(folder, name, 'input.json')) as Bundle<FhirResource>;

function mappingOf(folder: string, name: string): V2Mapping {
  if (folder !== 'to-rri') return [toAdt, toMdm, toOru, toRef].find(({ id }) => id === folder) ?? toOru;
  const asked = at(folder, name, 'asked.hl7');
  const parsed = existsSync(asked) ? parseMessage(readFileSync(asked), 'UNICODE UTF-8') : null;
  return toRri(parsed?.ok === true ? parsed.message : null);
}

function written(folder: string, name: string): WrittenV2 {
  const settings = at(folder, name, 'partner.json');
  const partner = existsSync(settings) ? { ...PARTNER, ...(read(settings) as object) } : PARTNER;
  return writeV2(mappingOf(folder, name), bundleOf(folder, name), partner, STAMP);
}

/** As a person reads it: a segment a line. */
const shown = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replaceAll('\r', '\n');

test.each(SAMPLES)('%s writes %s as its golden output', (folder, name) => {
  const result = written(folder, name);
  const file = at(folder, name, result.ok ? 'expected.hl7' : 'refused.json');
  const made = result.ok ? shown(result.bytes) : `${JSON.stringify(result.issues, null, 2)}\n`;
  expect(result.ok).toBe(!name.startsWith('refused-'));
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, made, 'latin1');
  expect(made).toBe(readFileSync(file, 'latin1'));
});

test.each(WRITTEN)(
  '%s writes %s without losing a value: each is in a field, or has a reason why not',
  (folder, name) => {
    const result = written(folder, name);
    if (!result.ok) throw new Error('refused');
    const told = new Set([...result.values(), ...result.unused()].map(({ source }) => source));
    const lost = leavesOf(bundleOf(folder, name)).filter((path) => !told.has(path));
    // An RRI^I12 says what a Task says; the transfer beside it is the hospital's own.
    expect(folder === 'to-rri' ? lost.filter((path) => path.startsWith('Bundle.entry[0].')) : lost).toEqual([]);
  },
);

test.each(WRITTEN)('%s writes %s as a message that is read again, every cell where it says it is', (folder, name) => {
  const result = written(folder, name);
  if (!result.ok) throw new Error('refused');
  const parsed = parseMessage(result.bytes, 'ASCII');
  if (!parsed.ok) throw new Error(parsed.issue.text);
  const filled = parsed.message.segments.flatMap((segment) => segment.unusedCells().map((cell) => cell.path()));
  const ours = result.values().map(({ path }) => path);
  const deleted = (path: string): boolean => !filled.includes(path);
  expect(filled.filter((path) => !/^MSH-[12]$/.test(path))).toEqual(ours.filter((path) => !deleted(path)));
});

/** Outputs of every mapping there is, also of kinds a message was not made for. */
test.each(ALL_TAKEN)('whatever %s makes of %s is written without a loss, or refused in words', (mapping, name) => {
  const bundle = read(join(folderOf(mapping, name), 'expected.json')) as Bundle<FhirResource>;
  for (const to of [toAdt, toMdm, toOru, toRef]) {
    for (const version of ['2.4', '2.8']) {
      const result = writeV2(to, bundle, { ...PARTNER, version }, STAMP);
      if (!result.ok) {
        expect(result.issues[0]?.text).toMatch(/\w/);
        continue;
      }
      const told = new Set([...result.values(), ...result.unused()].map(({ source }) => source));
      expect([to.id, version, leavesOf(bundle).filter((path) => !told.has(path))]).toEqual([to.id, version, []]);
      const parsed = parseMessage(result.bytes, 'ASCII');
      expect(parsed.ok && parsed.message.all('PID')).toHaveLength(1);
    }
  }
});
