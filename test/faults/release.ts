/** A copy of what is built now, laid out as an image holds it: a run is not disturbed by what is built after it began. */
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Copies the build of the checkout `from` into `folder`, once; returns where its processes are to be started. */
export function release(folder: string, from = '.'): string {
  const to = join(folder, 'release');
  if (existsSync(to)) return to;
  mkdirSync(join(to, 'gateway'), { recursive: true });
  for (const path of ['dist', 'package.json', 'gateway/bin.mjs', 'gateway/build.mjs', 'gateway/regions']) {
    cpSync(join(from, path), join(to, path), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(to, 'node_modules'));
  return to;
}
