import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import type { RegionFault } from './faults.ts';
import type { RegionFile } from './region.ts';

/** Reads what a region file names by a path of its own: relative to the folder of that file; null when it cannot. */
export const filesBeside =
  (regionFile: string) =>
  (path: string): string | null => {
    try {
      return readFileSync(resolve(dirname(regionFile), path), 'utf8');
    } catch {
      return null;
    }
  };

/** The region with its packages as paths of this machine: relative to the folder of the region file. */
export const packagesBeside = (regionFile: string, region: RegionFile): RegionFile => ({
  ...region,
  packages: region.packages.map((path) => resolve(dirname(regionFile), path)),
});

/** Packages that are not there; they are opened by the first question about a profile, which is late to find out. */
export const missingPackages = ({ packages }: RegionFile): RegionFault[] =>
  packages.flatMap((path, at) =>
    existsSync(path) ? [] : [{ path: `packages[${at}]`, text: 'there is no such file or folder' }],
  );
