/** A FHIR package of one profile, in a folder of its own: a Patient that must have a name. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const NAMED = 'http://example.org/StructureDefinition/named-patient';

export function packageFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wkpackage-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'package'));
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, 'package', name), JSON.stringify(content));
  write('package.json', { name: 'my.package', version: '1.0.0' });
  write('named-patient.json', {
    resourceType: 'StructureDefinition',
    url: NAMED,
    name: 'NamedPatient',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Patient',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
    derivation: 'constraint',
    differential: { element: [{ id: 'Patient.name', path: 'Patient.name', min: 1 }] },
  });
  return folder;
}
