import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inProcess, type TestGateway } from '../../setup/gateway.ts';
import { labMessage, testBsn } from '../../setup/coalition.ts';
import { readConceptMap } from '../../../gateway/regions/concept-maps.ts';
import { cli, folderOf, type Ran } from './command.ts';

const root = folderOf();
const add = (map: string, ...more: string[]): Promise<Ran> => cli(['terminology', 'add', '--map', map, ...more]);
const potassium = ['--source-code', 'L|266', '--target', 'http://loinc.org|2823-3', '--display', 'Kalium'];

describe('terminology unmapped', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await inProcess();
    const body = labMessage({ id: 'CLI-1', bsn: testBsn(40) }).replace('2823-3^Kalium^LN', '266^Kalium^L');
    await fetch(`${gateway.url}/hl7v2`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  });
  afterAll(() => gateway.stop());
  const ask = (...args: string[]): Promise<Ran> => cli(['terminology', 'unmapped', ...args, '--url', gateway.url]);

  it('lists what waits for a translation, as `terminology add` takes it', async () => {
    const { exit, stdout, stderr } = await ask();
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      /^sandbox-hospital {2}\S+\/CodeSystem\/sandbox-hospital\/lab\|266 {2}1 message, last \S+ {2}Kalium\n$/,
    );
    expect(stderr).toBe('1 code\n');
    expect((await ask('--source', 'sandbox-ecd')).stdout).toBe('');
  });

  it('gives the API’s own answer with --json', async () => {
    const { items } = JSON.parse((await ask('--json')).stdout) as { items: { code: string; count: number }[] };
    expect(items).toEqual([expect.objectContaining({ code: '266', count: 1 })]);
    expect((await ask('--limit', 'many')).exit).toBe(1);
  });
});

describe('terminology add', () => {
  const rowsOf = (file: string): unknown => {
    const read = readConceptMap(readFileSync(file, 'utf8'));
    return read.ok ? read.map.group : read.faults;
  };

  it('makes a ConceptMap a region file can name, and adds to it', async () => {
    const file = join(root, 'lab.json');
    expect((await add(file, ...potassium)).exit).toBe(0);
    expect((await add(file, '--source-code', 'L|267', '--target', 'http://loinc.org|2951-2')).exit).toBe(0);
    expect((await add(file, '--source-code', '|strepen', '--target', 'http://unitsofmeasure.org|1')).exit).toBe(0);
    expect(rowsOf(file)).toEqual([
      {
        source: 'L',
        target: 'http://loinc.org',
        element: [
          { code: '266', target: [{ code: '2823-3', display: 'Kalium' }] },
          { code: '267', target: [{ code: '2951-2' }] },
        ],
      },
      { target: 'http://unitsofmeasure.org', element: [{ code: 'strepen', target: [{ code: '1' }] }] },
    ]);
  });

  it('says so when the row is there, and refuses another translation of it', async () => {
    const file = join(root, 'twice.json');
    await add(file, ...potassium);
    const before = readFileSync(file, 'utf8');
    expect((await add(file, ...potassium)).exit).toBe(0);
    const other = await add(file, '--source-code', 'L|266', '--target', 'http://loinc.org|6298-4');
    expect(other.exit).toBe(1);
    expect(other.stderr).toContain('L|266 is there already, as 2823-3');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('exits 2 for what is no code, and for a file that is no ConceptMap', async () => {
    const file = join(root, 'other.json');
    writeFileSync(file, '{"resourceType":"ValueSet"}');
    expect((await add(file, ...potassium)).exit).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('{"resourceType":"ValueSet"}');
    expect((await add(join(root, 'x.json'), '--source-code', '266', '--target', 'x|y')).exit).toBe(2);
    expect((await add(join(root, 'x.json'), '--source-code', 'L|266', '--target', '|2823-3')).exit).toBe(2);
    expect((await cli(['terminology', 'add'])).exit).toBe(2);
  });
});
