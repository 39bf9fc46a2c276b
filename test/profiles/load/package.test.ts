import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadPackage, PackageError } from '../../../profiles/load/package.ts';
import { createValidator } from '../../../profiles/validator.ts';

const MANIFEST = JSON.stringify({ name: 'example.pack', version: '1.2.3', dependencies: { 'example.other': '0.1.0' } });
const URL = 'http://example.org/StructureDefinition/gendered';
const definition = (extra: object = {}) =>
  JSON.stringify({
    resourceType: 'StructureDefinition',
    url: URL,
    type: 'Patient',
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
    ...extra,
  });
const element = [
  { id: 'Patient', path: 'Patient' },
  { id: 'Patient.gender', path: 'Patient.gender', min: 1 },
];
const FILES = {
  'package.json': MANIFEST,
  'a.json': definition({ differential: { element }, snapshot: { element } }),
  'example.json': JSON.stringify({ resourceType: 'Patient', id: 'x' }),
  '.index.json': 'not JSON at all',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Record<string, string>, within = folder): string {
  mkdirSync(within, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(within, name), content);
  return folder;
}

/** A tar archive of ustar headers. */
function tar(files: readonly (readonly [string, string, string?])[]): Buffer {
  const blocks = files.flatMap(([name, content, kind = '0']) => {
    const header = Buffer.alloc(512);
    const bytes = Buffer.from(content);
    header.write(name, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(kind, 156);
    header.write('ustar\0', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const proves = async (path: string) => {
  const loaded = await loadPackage(path);
  expect(loaded).toMatchObject({ id: 'example.pack', version: '1.2.3', dependencies: { 'example.other': '0.1.0' } });
  expect(Array.from(loaded.resources.keys())).toEqual([URL]);
  const issues = createValidator([loaded]).validate({ resourceType: 'Patient' }, { profiles: [URL] });
  expect(issues).toEqual([expect.objectContaining({ expression: 'Patient.gender', rule: 'cardinality' })]);
};

describe('a FHIR package', () => {
  test('is read from a folder', async () => {
    await proves(write(FILES));
  });

  test('is read from a folder that holds package/', async () => {
    write(FILES, join(folder, 'package'));
    await proves(folder);
  });

  test('is read from a .tgz, long names and all', async () => {
    const path = join(folder, 'pack.tgz');
    const long = `package/${'x'.repeat(120)}.json`;
    const archive = tar([
      ['package/package.json', MANIFEST],
      ['package/examples/e.json', 'not JSON'],
      ['../../outside.json', 'not JSON'],
      ['././@LongLink', `${long}\0`, 'L'],
      ['package/short', FILES['a.json']],
    ]);
    writeFileSync(path, gzipSync(archive));
    await proves(path);
  });

  test('names what it depends on and was not given, where that is missed', async () => {
    const orphan = definition({ baseDefinition: 'http://example.org/StructureDefinition/elsewhere' });
    const validator = createValidator([await loadPackage(write({ ...FILES, 'a.json': orphan }))]);
    expect(validator.validate({ resourceType: 'Patient', active: true }, { profiles: [URL] })).toEqual([
      expect.objectContaining({
        severity: 'warning',
        text: expect.stringMatching(/elsewhere .*not given: example\.other 0\.1\.0/) as string,
      }),
    ]);
  });

  test('checks by its snapshot where it has no differential', async () => {
    await proves(write({ ...FILES, 'a.json': definition({ snapshot: { element } }) }));
  });

  test.each([
    ['a path that is not there', () => join(folder, 'nothing'), /nothing: there is no such file/],
    ['a folder that is no package', () => folder, /holds no package\.json/],
    ['a broken file', () => write({ ...FILES, 'b.json': '{' }), /b\.json is not JSON/],
    ['a broken manifest', () => write({ 'package.json': '[]' }), /package\.json has no name/],
  ])('says where %s is wrong', async (_what, path, message) => {
    const loading = loadPackage(path());
    await expect(loading).rejects.toThrow(PackageError);
    await expect(loading).rejects.toThrow(message);
  });

  test.each([
    ['no archive', Buffer.from('hello')],
    ['no tar inside', gzipSync(Buffer.alloc(2048, 'x'))],
    ['an archive cut short', gzipSync(tar([['package/package.json', MANIFEST.repeat(50)]]).subarray(0, 1024))],
  ])('says which file is %s', async (_what, bytes) => {
    const path = join(folder, 'broken.tgz');
    writeFileSync(path, bytes);
    await expect(loadPackage(path)).rejects.toThrow(/broken\.tgz: /);
  });
});
