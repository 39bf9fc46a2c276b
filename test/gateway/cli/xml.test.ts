import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { difference } from '../../../gateway/flows/difference.ts';
import { readJson } from '../../../profiles/json/read.ts';
import { writeXml } from '../../../profiles/xml/write.ts';
import { inProcess } from '../../setup/gateway.ts';
import { cli, folderOf, LAB_FHIR as LAB } from './command.ts';

const root = folderOf();
const MESSAGE = 'mappings/lab-fhir/samples/message-shared-identifier/input.json';

/** The same resource in FHIR XML, as a file of this name. */
function asXml(json: string, name: string): string {
  const read = readJson(readFileSync(json, 'utf8'));
  if (!read.ok) throw new Error(read.issue.text);
  const file = join(root, name);
  writeFileSync(file, writeXml(read.value));
  return file;
}

describe('FHIR XML on the command line', () => {
  it('maps to what the same Bundle in JSON maps to', async () => {
    const xml = asXml(LAB, 'lab.xml');
    const mapped = await cli(['map', xml]);
    expect(mapped.exit).toBe(0);
    expect(difference((await cli(['map', LAB])).stdout, mapped.stdout)).toEqual([]);
    const told = async (file: string): Promise<string[]> =>
      (await cli(['map', '--explain', file])).stdout.split('{').sort();
    expect((await told(xml)).length).toBeGreaterThan(50);
    expect(new Set(await told(xml))).toEqual(new Set(await told(LAB)));
  });

  it('is validated, with the FHIRPath of what is wrong', async () => {
    const file = join(root, 'patient.xml');
    writeFileSync(file, '<Patient xmlns="http://hl7.org/fhir"><gender value="vrouw"/></Patient>');
    const { exit, stdout } = await cli(['validate', file]);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ issue: [{ severity: 'error', expression: ['Patient.gender'] }] });
    expect((await cli(['validate', asXml(LAB, 'lab.xml')])).exit).toBe(0);
  });

  it('is a sample like any other', async () => {
    const folder = join(root, 'samples');
    mkdirSync(folder);
    asXml(LAB, 'samples/potassium.xml');
    expect((await cli(['test', folder, '--update'])).exit).toBe(0);
    const { exit, stdout } = await cli(['test', folder]);
    expect([exit, stdout]).toEqual([0, expect.stringContaining('1 sample: 1 same')]);
  });

  it('is sent to the door it is for', async () => {
    const gateway = await inProcess();
    try {
      const sent = await cli(['send', asXml(LAB, 'lab.xml'), asXml(MESSAGE, 'message.xml'), '--to', gateway.url]);
      expect(sent.exit).toBe(0);
      expect(sent.stdout).toMatch(/<type value="transaction-response"\/>[^]*<type value="message"\/>/);
    } finally {
      await gateway.stop();
    }
  });
});
