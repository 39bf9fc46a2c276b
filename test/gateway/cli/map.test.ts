import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, folderOf, LAB_FHIR, lines, ORU, ORU_EXPECTED, ORU_REFUSED, TRANSFER, TRANSFER_FHIR } from './command.ts';

const folder = folderOf();
const oru = readFileSync(ORU, 'latin1');
const saved = (name: string, content: string | Uint8Array): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const typesOf = (text: string): unknown[] => lines(text).map(({ resourceType }) => resourceType);

describe('map of one message', () => {
  it('prints the Bundle indented by 2, the same bytes every time', async () => {
    const [first, second] = await Promise.all([cli(['map', ORU]), cli(['map', ORU])]);
    expect(first.exit).toBe(0);
    expect(first.stdout).toBe(second.stdout);
    expect(first.stdout.startsWith('{\n  "resourceType": "Bundle",\n  "type": "transaction"')).toBe(true);
    expect(JSON.parse(first.stdout)).toEqual(JSON.parse(readFileSync(ORU_EXPECTED, 'utf8')));
  });

  it.each([
    ['transfer JSON', TRANSFER],
    ['a FHIR transfer', TRANSFER_FHIR],
    ['a FHIR laboratory Bundle', LAB_FHIR],
  ])('tells %s by its content', async (_, file) => {
    const { exit, stdout } = await cli(['map', file]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ resourceType: 'Bundle', type: 'transaction' });
  });

  it.each([
    ['LF', (text: string) => text.replaceAll('\r', '\n')],
    ['CRLF', (text: string) => text.replaceAll('\r', '\r\n')],
    ['an MLLP frame', (text: string) => `\u000b${text}\u001c\r`],
    ['a batch of one', (text: string) => `FHS|^~\\&|\rBHS|^~\\&|\r${text}\rBTS|1\rFTS|1\r`],
    ['a byte order mark', (text: string) => `\u00ef\u00bb\u00bf${text}`],
  ])('reads the same from %s, on standard input', async (_, dress) => {
    const plain = oru.replaceAll('\r\n', '\r').replaceAll('\n', '\r');
    const { exit, stdout } = await cli(['map', '-'], { input: Buffer.from(dress(plain), 'latin1') });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(ORU_EXPECTED, 'utf8')));
  });

  it('prints a refusal as an OperationOutcome, says it in words, and exits 1', async () => {
    const { exit, stdout, stderr } = await cli(['map', ORU_REFUSED]);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', expression: ['PID-3[2].1'] }],
    });
    expect(stderr).toContain('PID-3[2].1');
    expect(stdout + stderr).not.toContain('999900007');
  });

  it.each([
    ['nothing at all', ''],
    ['only blank lines', '\r\n\r\n'],
    ['an empty batch', 'FHS|^~\\&|\rFTS|0\r'],
    ['no message', 'not a message'],
    ['broken JSON', '{"resourceType": "Bundle", '],
    ['FHIR XML', '<Bundle xmlns="http://hl7.org/fhir"/>'],
  ])('refuses %s rather than keep silent', async (_, input) => {
    const { exit, stdout } = await cli(['map', '-'], { input });
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});

describe('map of several messages', () => {
  it('prints one compact line per message in the order given, refusals among them', async () => {
    const { exit, stdout } = await cli(['map', ORU, ORU_REFUSED, TRANSFER]);
    expect(exit).toBe(1);
    expect(stdout.endsWith('\n')).toBe(true);
    expect(typesOf(stdout)).toEqual(['Bundle', 'OperationOutcome', 'Bundle']);
  });

  it('takes the messages of a batch one by one and goes on after a refused one', async () => {
    const refused = readFileSync(ORU_REFUSED, 'latin1');
    const batch = saved('batch.hl7', `FHS|^~\\&|\rBHS|^~\\&|\r${oru}\r${refused}\r${oru}\rBTS|3\rFTS|1\r`);
    const { exit, stdout, stderr } = await cli(['map', batch]);
    expect(exit).toBe(1);
    expect(typesOf(stdout)).toEqual(['Bundle', 'OperationOutcome', 'Bundle']);
    expect(stderr).toContain('batch.hl7[2]: refused');
  });

  it('exits 2 for a file that cannot be read, and still maps the others', async () => {
    const { exit, stdout, stderr } = await cli(['map', join(folder, 'nobody.hl7'), ORU, ORU_REFUSED, folder]);
    expect(exit).toBe(2);
    expect(typesOf(stdout)).toEqual(['Bundle', 'OperationOutcome']);
    expect(stderr).toMatch(/nobody\.hl7: there is no such file/);
    expect(stderr).toMatch(/it is a folder/);
  });

  it('writes a large output whole through a pipe', async () => {
    const many = saved('many.hl7', Buffer.from(`${oru}\r`.repeat(300), 'latin1'));
    const { exit, stdout } = await cli(['map', many]);
    expect(exit).toBe(0);
    expect(typesOf(stdout)).toHaveLength(300);
  });

  it('survives a reader that leaves early', () => {
    const many = saved('left.hl7', Buffer.from(`${oru}\r`.repeat(100), 'latin1'));
    const command = `"${process.execPath}" gateway/bin.mjs map "${many}" 2>"${folder}/stderr" | head -c 50 >/dev/null; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stdout).toBe('0\n');
    expect(readFileSync(join(folder, 'stderr'), 'utf8')).not.toMatch(/EPIPE|at .*node:/);
  });
});

describe('map --explain', () => {
  it('prints mapping, values and unused in exactly that shape, and no values of the patient', async () => {
    const { exit, stdout } = await cli(['map', ORU, '--explain']);
    expect(exit).toBe(0);
    const explained = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(explained)).toEqual(['mapping', 'values', 'unused']);
    expect(Object.keys(explained['mapping'] as object)).toEqual(['id', 'version']);
    for (const value of explained['values'] as object[]) {
      expect(Object.keys(value)).toEqual(['path', 'source', 'rule', 'terminology']);
    }
    for (const unused of explained['unused'] as object[]) expect(Object.keys(unused)).toEqual(['source', 'reason']);
    for (const identifying of ['Vries', '4109590', '9999', '1941']) expect(stdout).not.toContain(identifying);
  });

  it('has one entry for every leaf of the Bundle', async () => {
    for (const file of [ORU, TRANSFER, LAB_FHIR]) {
      const [mapped, explained] = await Promise.all([cli(['map', file]), cli(['map', file, '--explain'])]);
      const { values } = JSON.parse(explained.stdout) as { values: { path: string }[] };
      expect(values.map(({ path }) => path).sort()).toEqual(leavesOf(JSON.parse(mapped.stdout), 'Bundle').sort());
    }
  });

  it('names the source in its own words', async () => {
    const [v2, json] = await Promise.all([cli(['map', ORU, '--explain']), cli(['map', TRANSFER, '--explain'])]);
    expect(v2.stdout).toMatch(/"source": "OBX\[1\]-5/);
    expect(json.stdout).toContain('"source": "$.patient.bsn"');
  });

  it('prints compact lines for several messages, a refusal among them', async () => {
    const { exit, stdout } = await cli(['map', '--explain', ORU, ORU_REFUSED]);
    expect(exit).toBe(1);
    const [first, second] = lines(stdout);
    expect(first).toHaveProperty('mapping.id');
    expect(second).toHaveProperty('resourceType', 'OperationOutcome');
  });
});

function leavesOf(node: unknown, path: string): string[] {
  if (Array.isArray(node)) return node.flatMap((item, index) => leavesOf(item, `${path}[${index}]`));
  if (typeof node !== 'object' || node === null) return [path];
  return Object.entries(node).flatMap(([key, value]) => leavesOf(value, `${path}.${key}`));
}

describe('map --region', () => {
  const region = 'gateway/regions/amsterdam.json';

  it('holds the region to its own rules', async () => {
    const light = JSON.parse(readFileSync(TRANSFER, 'utf8')) as Record<string, unknown>;
    const elsewhere = saved('elsewhere.json', JSON.stringify({ ...light, to: 'wijkkliniek-nowhere' }));
    expect((await cli(['map', elsewhere])).exit).toBe(0);
    const refused = await cli(['map', elsewhere, '--region', region]);
    expect(refused.exit).toBe(1);
    expect(refused.stdout).toContain('wk-admission-to');
    expect((await cli(['map', TRANSFER, '--region', region])).exit).toBe(0);
  });

  it('takes local code systems from the source that is named', async () => {
    const local = JSON.parse(readFileSync('gateway/regions/sandbox.json', 'utf8')) as { sources: object[] };
    const mine = saved(
      'region.json',
      JSON.stringify({
        ...local,
        sources: [{ ...local.sources[0], id: 'my-lab', codeSystems: { L: 'https://example.org/my-codes' } }],
      }),
    );
    const sample = 'mappings/lab-oru/samples/pneumonia-glims/input.hl7';
    const { exit, stdout } = await cli(['map', sample, '--region', mine, '--source', 'my-lab']);
    expect(exit).toBe(0);
    expect(stdout).toContain('"system": "https://example.org/my-codes"');
  });

  it('exits 2 with every fault of a wrong region file by its path', async () => {
    const wrong = saved('wrong.json', '{"id": "A B", "name": "x", "extra": 1}');
    const { exit, stdout, stderr } = await cli(['map', ORU, '--region', wrong]);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    for (const path of ['id', 'parties', 'wijkkliniek', 'sources', 'extra']) expect(stderr).toContain(path);
  });

  it('exits 2 for a source the region does not have, and names those it has', async () => {
    const { exit, stderr } = await cli(['map', ORU, '--region', region, '--source', 'nobody']);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/no source nobody; it has \w+/);
  });
});
