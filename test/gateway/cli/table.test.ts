import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, folderOf, LAB_FHIR, ORU, ORU_REFUSED, TRANSFER } from './command.ts';

const root = folderOf();
const table = (...args: string[]) => cli(['map', '--format', 'table', ...args]);
/** Cells of a row: columns stand two blanks or more apart. */
const rows = (stdout: string): string[][] => stdout.split('\n').map((row) => row.split(/ {2,}/));

describe('map --format table', () => {
  it('shows what an HL7 v2 message says beside what it becomes', async () => {
    const { exit, stdout } = await table(ORU);
    expect(exit).toBe(0);
    const [head, ...body] = rows(stdout);
    expect(head).toEqual(['source', 'says', 'becomes', 'value', 'rule']);
    const value = body.find(([source, , path]) => source === 'OBX[1]-5' && path?.endsWith('valueQuantity.value'));
    expect(value?.[1]).toMatch(/^[\d.]+$/);
    expect(value?.[3]).toBe(value?.[1]);
    const flag = body.find(([source, , path]) => source === 'OBX[1]-8' && path?.endsWith('coding[0].code'));
    expect(flag?.[4]).toContain('/ConceptMap/');
    expect(body.some(([source]) => source === 'constant' || source === 'derived')).toBe(false);
    expect(body.some(([, , path, , reason]) => path === '-' && (reason ?? '').length > 5)).toBe(true);
  });

  it.each([TRANSFER, LAB_FHIR])('reads JSON sources by their path: %s', async (file) => {
    const { stdout } = await table(file);
    const told = rows(stdout).filter(([source]) => source?.startsWith('$.'));
    expect(told.length).toBeGreaterThan(10);
    expect(told.every(([, says]) => (says ?? '') !== '')).toBe(true);
  });

  it('prints no row of a refused message; the reason stands on standard error, and exit 1', async () => {
    const { exit, stdout, stderr } = await table(ORU_REFUSED);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toContain('refused at PID');
  });

  it('lets no value break out of its row', async () => {
    const file = join(root, 'hostile.hl7');
    const lines = [
      'MSH|^~\\&|A|B|C|D|20261120130000||ORU^R01|1|P|2.5',
      'PID|1||1^^^ZH^PI||Canarius',
      'OBR|1||F',
      'OBX|1|TX|2823-3^K^LN||eerste\\.br\\tweede\u202e',
    ];
    writeFileSync(file, lines.join('\r'));
    const { stdout } = await table(file);
    expect(stdout).toContain('  eerste tweede ');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('exits 2 for a format it does not know', async () => {
    expect((await cli(['map', ORU, '--format', 'pdf'])).exit).toBe(2);
  });
});
