import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, folderOf, lines, ORU, ORU_REFUSED, TRANSFER } from './command.ts';

const root = folderOf();
let count = 0;
const emptyFolder = (): string => {
  const folder = join(root, String(++count));
  mkdirSync(folder);
  return folder;
};
/** A folder of three samples, one in a folder of its own, with what is expected of them. */
const sampleFolder = async (): Promise<string> => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'lab'));
  copyFileSync(ORU, join(folder, 'lab', 'pneumonia.hl7'));
  copyFileSync(ORU_REFUSED, join(folder, 'refused.hl7'));
  copyFileSync(TRANSFER, join(folder, 'transfer.json'));
  expect((await cli(['test', folder, '--update'])).exit).toBe(0);
  return folder;
};

describe('test', () => {
  it('is green after --update, which writes a Bundle or an OperationOutcome beside each sample', async () => {
    const folder = await sampleFolder();
    const expected = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
    expect(expected('lab/pneumonia.expected.json')).toMatchObject({ resourceType: 'Bundle' });
    expect(expected('transfer.expected.json')).toMatchObject({ resourceType: 'Bundle' });
    expect(expected('refused.expected.json')).toMatchObject({ resourceType: 'OperationOutcome' });
    const { exit, stdout } = await cli(['test', folder]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/3 samples: 3 same, 0 different\n$/);
    const again = await cli(['test', folder, '--update']);
    expect(again.stdout).not.toContain('written');
  });

  it('shows each difference by its path and exits 1; --update settles it', async () => {
    const folder = await sampleFolder();
    const file = join(folder, 'lab', 'pneumonia.expected.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"type": "transaction"', '"type": "batch"'));
    const { exit, stdout } = await cli(['test', folder]);
    expect(exit).toBe(1);
    expect(stdout).toContain('type: expected "batch", got "transaction"');
    expect(stdout).toMatch(/3 samples: 2 same, 1 different\n$/);
    expect((await cli(['test', folder, '--update'])).stdout).toContain('1 written');
    expect((await cli(['test', folder])).exit).toBe(0);
  });

  it('names beside each difference the rule that made the value, and the field it came from', async () => {
    const folder = await sampleFolder();
    const file = join(folder, 'lab', 'pneumonia.expected.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"code": "1988-5"', '"code": "0000-0"'));
    const { stdout } = await cli(['test', folder]);
    expect(stdout).toMatch(
      /resource\.code\.coding\[\d\]\.code: expected "0000-0", got "1988-5" \[\S+ from OBX(\[\d+\])?-3/,
    );
  });

  it('compares what is meant: the order of keys does not count, the precision of a number does', async () => {
    const folder = await sampleFolder();
    const file = join(folder, 'lab', 'pneumonia.expected.json');
    const text = readFileSync(file, 'utf8');
    const reversed = (node: unknown): unknown =>
      Array.isArray(node)
        ? node.map(reversed)
        : typeof node === 'object' && node !== null
          ? Object.fromEntries(
              Object.entries(node)
                .reverse()
                .map(([key, value]) => [key, reversed(value)]),
            )
          : node;
    writeFileSync(file, JSON.stringify(reversed(JSON.parse(text))));
    expect((await cli(['test', folder])).exit).toBe(/"value": \d+\.\d*0\b/.test(text) ? 1 : 0);
    writeFileSync(file, text.replace(/("value": \d+)(,?\n)/, '$1.0$2'));
    const { exit, stdout } = await cli(['test', folder]);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/valueQuantity\.value: expected \d+\.0, got \d+/);
  });

  it('expects a list where a file holds several messages', async () => {
    const folder = emptyFolder();
    writeFileSync(
      join(folder, 'two.hl7'),
      `${readFileSync(ORU, 'latin1')}\r${readFileSync(ORU_REFUSED, 'latin1')}`,
      'latin1',
    );
    await cli(['test', folder, '--update']);
    const expected = JSON.parse(readFileSync(join(folder, 'two.expected.json'), 'utf8')) as { resourceType: string }[];
    expect(expected.map(({ resourceType }) => resourceType)).toEqual(['Bundle', 'OperationOutcome']);
    expect((await cli(['test', folder])).exit).toBe(0);
  });

  it('exits 2 where there is nothing to test', async () => {
    const folder = emptyFolder();
    expect((await cli(['test', folder])).exit).toBe(2);
    copyFileSync(ORU, join(folder, 'alone.hl7'));
    const { exit, stderr } = await cli(['test', folder]);
    expect(exit).toBe(2);
    expect(stderr).toContain('--update');
    expect((await cli(['test', join(folder, 'nowhere')])).exit).toBe(2);
  });

  it('does not let two samples share one expectation', async () => {
    const folder = emptyFolder();
    copyFileSync(ORU, join(folder, 'same.hl7'));
    copyFileSync(TRANSFER, join(folder, 'same.json'));
    const { exit, stderr } = await cli(['test', folder, '--update']);
    expect(exit).toBe(2);
    expect(stderr).toContain('same.expected.json');
  });

  it('reports an expectation that cannot be read as a difference', async () => {
    const folder = await sampleFolder();
    writeFileSync(join(folder, 'transfer.expected.json'), '{"resourceType": ');
    const { exit, stdout } = await cli(['test', folder]);
    expect(exit).toBe(1);
    expect(stdout).toContain('the expected file cannot be read');
  });

  it('runs for a region, as map does', async () => {
    const folder = await sampleFolder();
    const region = ['--region', 'gateway/regions/nijmegen.json'];
    expect((await cli(['test', folder, ...region])).exit).toBe(1);
    const [mapped] = lines((await cli(['map', TRANSFER, ORU, ...region])).stdout);
    expect(mapped).toHaveProperty('resourceType', 'OperationOutcome');
  });
});

describe('the samples that ship', () => {
  it('are green', async () => {
    const { exit, stdout } = await cli(['test', 'samples/messages', '--region', 'samples/region.json']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/[1-9]\d* samples: \d+ same, 0 different\n$/);
  });
});
