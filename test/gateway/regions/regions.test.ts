import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { regionJsonSchema } from '../../../gateway/regions/json-schema.ts';
import { destinationFor, missingSecrets, readRegion } from '../../../gateway/regions/load.ts';

const folder = join(__dirname, '../../../gateway/regions');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const load = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;

describe('the regions that ship', () => {
  it.each(files)('%s holds', (name) => {
    expect(readRegion(JSON.stringify(load(name)))).toMatchObject({ ok: true });
  });

  it('are the sandbox and the five contracted proeftuinen', () => {
    expect(files.sort()).toEqual(
      ['amsterdam', 'boxmeer', 'nijmegen', 'purmerend', 'sandbox', 'zaandam'].map((id) => `${id}.json`),
    );
  });

  it.each([
    ['amsterdam', 23, ['wijkkliniek-light', 'wijkkliniek-complex']],
    ['purmerend', 4, ['wijkkliniek-light', 'wijkkliniek-complex']],
    ['nijmegen', null, ['wijkkliniek-light']],
    ['boxmeer', null, ['wijkkliniek-light']],
    ['zaandam', null, ['wijkkliniek-light']],
  ])('%s has its beds and tiers', (id, beds, admits) => {
    expect(load(`${id}.json`).wijkkliniek).toMatchObject({ beds, admits });
  });

  it('publish the schema they are checked by', () => {
    const published: unknown = JSON.parse(readFileSync(join(folder, '../../docs/region.schema.json'), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(regionJsonSchema())));
  });
});

describe('a wrong region file', () => {
  const sandbox = load('sandbox.json');
  const faultsOf = (json: unknown): string[] => {
    const read = readRegion(JSON.stringify(json));
    return read.ok ? [] : read.faults.map(({ path }) => path);
  };

  it('is refused with every fault at once, by path', () => {
    const wrong = {
      ...sandbox,
      id: 'NO',
      colour: 'red',
      sources: [{ id: 'x', party: 'p', doors: ['fax'], auth: { kind: 'none' } }],
    };
    const faults = faultsOf(wrong);
    expect(faults).toEqual(expect.arrayContaining(['id', '(root)', 'sources[0].doors[0]']));
  });

  it('is refused for a name that leads nowhere', () => {
    const sources = [{ id: 'seh', party: 'nobody', doors: ['fhir'], auth: { kind: 'none' } }];
    const faults = faultsOf({
      ...sandbox,
      sources,
      deliver: { vvt: 'nowhere', hospital: { default: 'ecd', discharge: 'gone' } },
    });
    expect(faults).toEqual(['sources[0].party', 'deliver.vvt', 'deliver.hospital.discharge']);
  });

  it('is refused for an id that stands twice', () => {
    const destinations = sandbox.destinations as unknown[];
    expect(faultsOf({ ...sandbox, destinations: [...destinations, destinations[0]] })).toEqual([
      `destinations[${destinations.length}].id`,
    ]);
  });

  it('is refused when it is no JSON', () => {
    expect(readRegion('{')).toMatchObject({ ok: false, faults: [{ path: '(root)' }] });
  });
});

describe('a region', () => {
  it('names keys by environment variable, and misses them by path', () => {
    const read = readRegion(JSON.stringify(load('amsterdam.json')));
    if (!read.ok) throw new Error('amsterdam does not hold');
    const missing = missingSecrets(read.region, (name) => (name === 'SEH_API_KEY' ? 'x' : undefined));
    expect(missing.map(({ path }) => path)).toEqual([
      'sources[3].auth.keyEnv',
      'destinations[0].auth.keyEnv',
      'destinations[1].auth.keyEnv',
    ]);
  });

  it('delivers a flow where it says, else to the default', () => {
    const json = { ...load('sandbox.json'), deliver: { hospital: { default: 'hospital', 'lab-result': 'gp' } } };
    const read = readRegion(JSON.stringify(json));
    if (!read.ok) throw new Error('the region does not hold');
    expect(destinationFor(read.region, 'hospital', 'lab-result')?.id).toBe('gp');
    expect(destinationFor(read.region, 'hospital', 'discharge')?.id).toBe('hospital');
    expect(destinationFor(read.region, 'vvt', 'lab-result')).toBeNull();
  });
});
