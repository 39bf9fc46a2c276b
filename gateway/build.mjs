// Builds dist/ from the TypeScript sources when they are newer than the last build. Types are checked by
// `npm run check`; here tsc only strips and rewrites, which takes seconds.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.built');
const rooms = ['gateway', 'mappings', 'profiles', 'workers'];

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'samples') latest = Math.max(latest, newest(path));
    } else if (/\.(ts|json)$/.test(entry.name)) latest = Math.max(latest, statSync(path).mtimeMs);
  }
  return latest;
}

/** A production image holds dist/ alone: without sources there is nothing to build. */
export function buildIfNeeded() {
  if (!existsSync(join(root, 'tsconfig.build.json'))) return;
  const sources = Math.max(
    ...rooms.map((room) => newest(join(root, room))),
    statSync(join(root, 'package.json')).mtimeMs,
    statSync(join(root, 'tsconfig.build.json')).mtimeMs,
  );
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= sources) return;
  const started = new Date();
  process.stderr.write('building dist/ …\n');
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const made = join(root, `dist-${process.pid}`);
  const done = spawnSync(
    process.execPath,
    [tsc, '-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', made],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (done.status !== 0) {
    process.stderr.write('the build failed\n');
    process.exit(1);
  }
  // As old as its start: a source saved meanwhile is newer.
  writeFileSync(join(made, '.built'), started.toISOString());
  utimesSync(join(made, '.built'), started, started);
  swap(made);
}

/** Two commands may build at once: each builds on its own, and what is in place is always whole. */
function swap(made) {
  const old = `${made}-old`;
  try {
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
    renameSync(made, join(root, 'dist'));
  } catch (error) {
    // Another build was put in place between the two steps; it is as new as this one.
    if (!existsSync(stamp)) throw error;
  }
  for (const folder of [made, old]) rmSync(folder, { recursive: true, force: true });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) buildIfNeeded();
