import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

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
