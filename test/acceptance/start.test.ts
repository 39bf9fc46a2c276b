import { readConfig } from '../../gateway/config.ts';
import { readRegion } from '../../gateway/regions/load.ts';
import sandbox from '../../gateway/regions/sandbox.json' with { type: 'json' };

const faultsOf = (region: unknown): string[] => {
  const read = readRegion(JSON.stringify(region));
  return read.ok ? [] : read.faults.map(({ path, text }) => `${path}: ${text}`);
};

describe('a wrong region file', () => {
  it('is told its wrong shapes and its dangling names in one go', () => {
    const { wijkkliniek, deliver } = sandbox;
    const faults = faultsOf({
      ...sandbox,
      colour: 'red',
      wijkkliniek: { ...wijkkliniek, party: 'nobody', beds: 'many' },
      deliver: { ...deliver, vvt: 'nowhere' },
    });
    expect(faults).toEqual([
      expect.stringMatching(/^wijkkliniek\.beds: /),
      '(root): unknown key colour',
      'wijkkliniek.party: no party named nobody',
      'deliver.vvt: no destination named nowhere',
    ]);
  });

  it('is told the place inside a list of wijkklinieken, or of a destination', () => {
    const { wijkkliniek, destinations } = sandbox;
    const faults = faultsOf({
      ...sandbox,
      wijkkliniek: [wijkkliniek, { ...wijkkliniek, id: 'second', admits: ['ziekenhuis'] }],
      destinations: [{ ...destinations[0], timeoutMs: 'long', speed: 1 }, ...destinations.slice(1)],
    });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'wijkkliniek[1].admits[0]',
      'destinations[0].timeoutMs',
      'destinations[0]',
    ]);
  });
});

it('tells a LEDGER_KEY that is none together with every other fault of the environment', () => {
  const read = readConfig({ LEDGER_KEY: 'c2hvcnQ=', PORT: 'eighty' });
  expect(read.ok ? [] : read.faults).toEqual([
    expect.stringMatching(/^PORT: /),
    expect.stringMatching(/^LEDGER_KEY: 32 bytes in base64/),
  ]);
});
