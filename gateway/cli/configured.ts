/** The region the gateway runs: the file it is told, else the sandbox that ships with it. */
import { readFile } from 'node:fs/promises';
import { filesBeside, missingPackages, packagesBeside } from '../regions/beside.ts';
import { missingSecrets, readRegion, type RegionFault } from '../regions/load.ts';
import type { RegionFile } from '../regions/region.ts';
import sandbox from '../regions/sandbox.json' with { type: 'json' };

export type Configured =
  | { readonly ok: true; readonly region: RegionFile }
  | { readonly ok: false; readonly file: string; readonly faults: readonly RegionFault[] };

export async function configuredRegion(
  file: string | null,
  secret: (envName: string) => string | undefined,
): Promise<Configured> {
  let text: string;
  try {
    text = file === null ? JSON.stringify(sandbox) : await readFile(file, 'utf8');
  } catch {
    return { ok: false, file: file ?? '', faults: [{ path: '(file)', text: 'cannot be read' }] };
  }
  const name = file ?? 'sandbox.json';
  const read = readRegion(text, filesBeside(name));
  if (!read.ok) return { ok: false, file: name, faults: read.faults };
  const region = packagesBeside(name, read.region);
  const missing = [...missingSecrets(region, secret), ...missingPackages(region)];
  return missing.length > 0 ? { ok: false, file: name, faults: missing } : { ok: true, region };
}
