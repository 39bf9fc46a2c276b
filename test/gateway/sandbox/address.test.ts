import { regionSchema } from '../../../gateway/regions/region.ts';
import sandbox from '../../../gateway/regions/sandbox.json' with { type: 'json' };
import { atAddress } from '../../../gateway/sandbox/address.ts';

const EPD = { id: 'epd', party: 'sandbox-hospital', protocol: 'mllp', port: 2576 };
const address = { httpPort: 49_001, hospitalMllpPort: 49_002 };
const placed = (...destinations: object[]) =>
  atAddress(regionSchema.parse({ ...sandbox, destinations }), address).destinations;

describe('the destinations of the sandbox', () => {
  it.each(['127.0.0.1', 'epd.hospital.example', '192.0.2.1'])('by MLLP at %s are its own hospital', (host) => {
    expect(placed({ ...EPD, host })).toMatchObject([{ id: 'epd', host: '127.0.0.1', port: 49_002 }]);
  });

  it('by FHIR are its own partners, where it listens', () => {
    const urls = placed(...sandbox.destinations).map((one) => (one.protocol === 'fhir' ? one.baseUrl : ''));
    expect(urls).toHaveLength(sandbox.destinations.length);
    for (const url of urls) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:49001\/sandbox\//);
  });
});
