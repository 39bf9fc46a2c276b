/**
 * The sandbox region file names the default port; where the gateway really listens is put in its place. Its MLLP partner is
 * its own hospital, whatever host the file names: a copy of the sandbox calls no hospital by MLLP.
 */
import type { RegionFile } from '../regions/region.ts';

export const isSandbox = (region: RegionFile): boolean => region.id === 'sandbox';

export function atAddress(
  region: RegionFile,
  address: { readonly httpPort: number; readonly hospitalMllpPort: number },
): RegionFile {
  return {
    ...region,
    destinations: region.destinations.map((destination) =>
      destination.protocol === 'mllp'
        ? { ...destination, host: '127.0.0.1', port: address.hospitalMllpPort }
        : { ...destination, baseUrl: destination.baseUrl.replace('127.0.0.1:8080', `127.0.0.1:${address.httpPort}`) },
    ),
  };
}
