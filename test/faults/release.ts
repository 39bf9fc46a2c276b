/** A copy of what is built now, laid out as an image holds it: a run is not disturbed by what is built after it began. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Which {
  /** A checkout that is built; this one unless told. */
  readonly from?: string;
  /** Its own unless told. */
  readonly version?: string;
}

/** Copies a build into `folder`; returns where its processes are started. */
export function release(folder: string, { from = '.', version }: Which = {}): string {
  const to = join(folder, 'release');
  mkdirSync(join(to, 'gateway'), { recursive: true });
  for (const path of ['dist', 'package.json', 'gateway/bin.mjs', 'gateway/build.mjs', 'gateway/regions']) {
    cpSync(join(from, path), join(to, path), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(to, 'node_modules'));
  if (version !== undefined) {
    const file = join(to, 'dist', 'package.json');
    const described = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...described, version }));
  }
  return to;
}
