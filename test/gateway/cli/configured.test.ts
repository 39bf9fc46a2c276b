import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuredRegion } from '../../../gateway/cli/configured.ts';
import { checkPackages } from '../../../gateway/cli/doctor/packages.ts';
import { packageFolder } from '../conformance/package.ts';
import { folderOf } from './command.ts';

const folder = folderOf();
const whole = packageFolder();
const configured = (packages: readonly string[]) => {
  const json = JSON.parse(readFileSync('gateway/regions/sandbox.json', 'utf8')) as object;
  const file = join(folder, 'region.json');
  writeFileSync(file, JSON.stringify({ ...json, packages }));
  return configuredRegion(file, () => 'a-key');
};

describe('the packages of a region', () => {
  it('are paths beside the region file', async () => {
    mkdirSync(join(folder, 'nl-core'));
    expect(await configured(['nl-core', join(folder, 'nl-core')])).toMatchObject({
      ok: true,
      region: { packages: [join(folder, 'nl-core'), join(folder, 'nl-core')] },
    });
  });

  it('stop the start when they are not there, each by its place', async () => {
    expect(await configured(['nowhere.tgz', '.', 'nobody'])).toMatchObject({
      ok: false,
      faults: [{ path: 'packages[0]' }, { path: 'packages[2]' }],
    });
  });

  it('are opened by doctor, each with what it is, or what is wrong with it', async () => {
    expect(await checkPackages([whole, folder])).toEqual([
      { ok: true, what: 'packages', text: 'my.package 1.0.0: 1 definitions' },
      { ok: false, what: 'packages', text: expect.stringContaining('no FHIR package') as string },
    ]);
  });
});
