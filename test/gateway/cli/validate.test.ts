import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, folderOf, LAB_FHIR, lines, ORU, ORU_REFUSED, TRANSFER, TRANSFER_FHIR } from './command.ts';

interface Issue {
  readonly severity: string;
  readonly code: string;
  readonly details: { readonly text: string };
  readonly expression?: readonly string[];
}
const issuesOf = (text: string): Issue[] => (JSON.parse(text) as { issue: Issue[] }).issue;

const folder = folderOf();
const saved = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

const PROFILE = 'http://example.org/StructureDefinition/named-patient';
const packageFolder = join(folder, 'my-package');
const archive = join(folder, 'my-package.tgz');
beforeAll(() => {
  mkdirSync(join(packageFolder, 'package'), { recursive: true });
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(packageFolder, 'package', name), JSON.stringify(content));
  write('package.json', { name: 'my.package', version: '1.0.0' });
  write('named-patient.json', {
    resourceType: 'StructureDefinition',
    url: PROFILE,
    name: 'NamedPatient',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Patient',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
    derivation: 'constraint',
    differential: { element: [{ id: 'Patient.name', path: 'Patient.name', min: 1 }] },
  });
  execFileSync('tar', ['-czf', archive, '-C', packageFolder, 'package']);
});

const patient = { resourceType: 'Patient', gender: 'female', birthDate: '1941-03-07' };

describe('validate', () => {
  it('prints one OperationOutcome for a file, indented, and exits 0 where nothing is wrong', async () => {
    const { exit, stdout } = await cli(['validate', saved('good.json', patient)]);
    expect(exit).toBe(0);
    expect(stdout.startsWith('{\n  "resourceType": "OperationOutcome"')).toBe(true);
    expect(issuesOf(stdout)).toMatchObject([{ severity: 'information' }]);
  });

  it('locates an error by its expression, masks what identifies, and exits 1', async () => {
    const wrong = saved('wrong.json', { ...patient, birthDate: '7 maart 1941', gendre: 'female' });
    const { exit, stdout } = await cli(['validate', wrong]);
    expect(exit).toBe(1);
    expect(issuesOf(stdout).map(({ expression }) => expression?.[0])).toEqual(
      expect.arrayContaining(['Patient.birthDate', 'Patient.gendre']),
    );
    expect(stdout).not.toContain('maart 1941');
  });

  it('refuses a BSN that fails the elfproef', async () => {
    const system = 'http://fhir.nl/fhir/NamingSystem/bsn';
    const { exit, stdout } = await cli([
      'validate',
      saved('bsn.json', { ...patient, identifier: [{ system, value: '999900007' }] }),
    ]);
    expect(exit).toBe(1);
    expect(stdout).not.toContain('999900007');
  });

  it('prints one compact line per file, and exits by the worst', async () => {
    const { exit, stdout, stderr } = await cli(['validate', saved('a.json', patient), ORU_REFUSED, join(folder, 'no')]);
    expect(exit).toBe(2);
    expect(lines(stdout)).toHaveLength(2);
    expect(stderr).toContain('there is no such file');
  });

  it.each([ORU, TRANSFER, TRANSFER_FHIR, LAB_FHIR])('finds no error in %s', async (file) => {
    const { exit, stdout } = await cli(['validate', file]);
    expect(issuesOf(stdout).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(exit).toBe(0);
  });

  it('finds a fullUrl that stands twice, and references that lead nowhere inside', async () => {
    const entry = (id: string) => ({
      fullUrl: 'urn:uuid:0d5e6c1a-6f0f-4f1e-9d5e-5a8f6f1f0c11',
      resource: { ...patient, id },
    });
    const reference = { reference: 'urn:uuid:11111111-6f0f-4f1e-9d5e-5a8f6f1f0c11' };
    const flag = {
      resourceType: 'Flag',
      status: 'active',
      code: { text: 'x' },
      subject: reference,
      author: { reference: '#a' },
    };
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [entry('a'), entry('b'), { resource: flag }] };
    const { exit, stdout } = await cli(['validate', saved('bundle.json', bundle)]);
    expect(exit).toBe(1);
    expect(issuesOf(stdout).map(({ expression }) => expression?.[0])).toEqual(
      expect.arrayContaining([
        'Bundle.entry[1].fullUrl',
        'Bundle.entry[2].resource.subject.reference',
        'Bundle.entry[2].resource.author.reference',
      ]),
    );
  });

  it('says which message of a batch an issue is about', async () => {
    const batch = saved('batch.hl7', `${readFileSync(ORU, 'latin1')}\r${readFileSync(ORU_REFUSED, 'latin1')}`);
    const { exit, stdout } = await cli(['validate', batch]);
    expect(exit).toBe(1);
    const errors = issuesOf(stdout).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ details }) => details.text.slice(0, 10))).toEqual(['message 2:']);
  });
});

describe('validate --profile and --package', () => {
  it('warns of a profile it cannot find', async () => {
    const { exit, stdout } = await cli(['validate', saved('p.json', { ...patient, meta: { profile: [PROFILE] } })]);
    expect(exit).toBe(0);
    expect(issuesOf(stdout)).toMatchObject([{ severity: 'warning', expression: ['Patient.meta.profile[0]'] }]);
  });

  it.each(['folder', 'archive'])('finds it in a package given as %s', async (form) => {
    const file = saved('p.json', { ...patient, meta: { profile: [PROFILE] } });
    const { exit, stdout } = await cli(['validate', file, '--package', form === 'folder' ? packageFolder : archive]);
    expect(exit).toBe(1);
    expect(issuesOf(stdout)).toMatchObject([{ severity: 'error', expression: ['Patient.name'] }]);
  });

  it('holds a resource to a profile it does not claim', async () => {
    const file = saved('unclaimed.json', patient);
    const { exit } = await cli(['validate', file, '--package', archive, '--profile', PROFILE]);
    expect(exit).toBe(1);
    expect((await cli(['validate', file, '--package', archive])).exit).toBe(0);
  });

  it('exits 2 for a package that is none, naming each', async () => {
    const { exit, stdout, stderr } = await cli(['validate', ORU, '--package', folder, '--package', join(folder, 'no')]);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('holds no package.json');
    expect(stderr).toContain('there is no such file or folder');
  });
});

describe('validate --region', () => {
  it('takes the packages the region names, as paths beside it', async () => {
    const json = JSON.parse(readFileSync('gateway/regions/sandbox.json', 'utf8')) as object;
    const region = saved('region.json', { ...json, packages: ['my-package'] });
    const file = saved('p.json', { ...patient, meta: { profile: [PROFILE] } });
    const { exit, stdout } = await cli(['validate', file, '--region', region]);
    expect([exit, issuesOf(stdout)[0]?.expression]).toEqual([1, ['Patient.name']]);
  });

  it('adds what only the coalition can say', async () => {
    const region = 'gateway/regions/nijmegen.json';
    const { exit, stdout } = await cli(['validate', TRANSFER_FHIR, '--region', region]);
    expect(exit).toBe(1);
    expect(stdout).toContain('wk-admission');
  });
});
