import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, folderOf, lines, ORU, ORU_REFUSED, TRANSFER } from './command.ts';
import sandbox from '../../../gateway/regions/sandbox.json' with { type: 'json' };

const folder = folderOf();
const asV2 = (...args: string[]) => cli(['map', '--as', 'hl7v2', ...args]);
const observations = join(__dirname, '../../../mappings/observation-fhir/samples/amsterdam-round/input.json');

describe('map --as hl7v2', () => {
  it('writes the message a partner gets that takes no FHIR, the same bytes every time', async () => {
    const [first, second] = await Promise.all([asV2(ORU), asV2(ORU)]);
    expect(first.exit).toBe(0);
    expect(first.stdout).toBe(second.stdout);
    const segments = first.stdout.split('\n').map((line) => line.slice(0, 3));
    expect(segments.slice(0, 2)).toEqual(['MSH', 'PID']);
    expect(first.stdout).toContain('|ORU^R01^ORU_R01|');
  });

  it('writes what maps again to the same results', async () => {
    const file = join(folder, 'again.hl7');
    writeFileSync(file, (await asV2(ORU)).stdout);
    const [before, after] = await Promise.all([cli(['map', ORU]), cli(['map', file])]);
    const values = (text: string): string[] =>
      (text.match(/"value(String|Quantity)": (\{\s*"value": [^,]+|".*")/g) ?? []).sort();
    expect(values(after.stdout)).toEqual(values(before.stdout));
  });

  it('speaks as the region has it: version, names, character set; a character that set lacks is refused by name', async () => {
    const region = (charset: string): string => {
      const file = join(folder, `${charset.replaceAll('/', '-')}.json`);
      const epd = { id: 'epd', party: 'sandbox-hospital', protocol: 'mllp', host: '127.0.0.1', port: 1 };
      const destinations = [...sandbox.destinations, { ...epd, version: '2.4', receivingApplication: 'HIX', charset }];
      writeFileSync(
        file,
        JSON.stringify({ ...sandbox, destinations, deliver: { ...sandbox.deliver, hospital: 'epd' } }),
      );
      return file;
    };
    const from = ['--source', 'sandbox-ecd', observations];
    const latin = await asV2('--region', region('8859/1'), ...from);
    expect(latin.exit).toBe(0);
    expect(latin.stdout).toMatch(/^MSH\|\^~\\&\|WIJKKLINIEK-GATEWAY\|sandbox\|HIX\|.*\|2\.4\|.*\|8859\/1\n/);
    const ascii = await asV2('--region', region('ASCII'), ...from);
    expect(ascii.exit).toBe(1);
    expect(ascii.stdout).toContain('U+00B0');
  });

  it('explains every cell, and names what stands in no field', async () => {
    const { exit, stdout } = await asV2('--explain', ORU);
    expect(exit).toBe(0);
    const { mapping, values, unused } = JSON.parse(stdout) as {
      mapping: { id: string };
      values: { path: string; source: string }[];
      unused: { source: string; reason: string }[];
    };
    expect(mapping.id).toBe('to-oru');
    const value = values.find(({ path }) => path === 'OBX[1]-5');
    expect(value?.source).toMatch(/^Bundle\.entry\[\d+\]\.resource\.valueQuantity\.value$/);
    expect(unused.every(({ reason }) => reason !== '')).toBe(true);
  });

  it('refuses what is FHIR only, and what was refused before', async () => {
    const { exit, stdout } = await asV2(TRANSFER, ORU_REFUSED);
    expect(exit).toBe(1);
    expect(lines(stdout).map(({ resourceType }) => resourceType)).toEqual(['OperationOutcome', 'OperationOutcome']);
  });
});
