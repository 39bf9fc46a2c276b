import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isConformanceResource, packageOf, withoutVersion } from '../package.ts';
import type { ConformanceResource, FhirPackage } from '../package.ts';
import { readTar } from './tar.ts';

export type { FhirPackage } from '../package.ts';

/** A package that cannot be used; the message names the path, the file in it and what is wrong. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}

/** More than this unpacked is no FHIR package. */
const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * Reads a FHIR package (FHIR NPM package specification): a folder that holds package.json, itself or in `package/`,
 * or a `.tgz`. Only StructureDefinitions, ValueSets, CodeSystems and ConceptMaps are kept; `.index.json` is not
 * needed. Dependencies are looked up among the packages the validator is given, by canonical, never fetched: published
 * packages ask for versions of each other that exist nowhere together.
 * @throws PackageError when the path is missing, is no package, or holds a broken file.
 */
export async function loadPackage(path: string): Promise<FhirPackage> {
  const files = await filesOf(path);
  const manifest = manifestOf(path, files.get('package.json'));
  const resources: ConformanceResource[] = [];
  for (const [name, bytes] of files) {
    if (name === 'package.json' || name.startsWith('.')) continue;
    const resource = parse(path, name, bytes);
    if (isConformanceResource(resource)) resources.push(resource);
  }
  const made = packageOf(manifest.id, manifest.version, resources);
  for (const resource of made.resources.values()) dropSnapshot(resource, made);
  return { ...made, dependencies: manifest.dependencies };
}

/** A snapshot repeats base R4 and weighs thirty times the differential: kept only where the base is elsewhere. */
function dropSnapshot(resource: ConformanceResource, within: FhirPackage): void {
  if (resource.resourceType !== 'StructureDefinition' || !resource.differential?.element.length) return;
  const base = withoutVersion(resource.baseDefinition ?? '');
  if (base.startsWith('http://hl7.org/fhir/StructureDefinition/') || within.resources.has(base))
    delete resource.snapshot;
}

async function filesOf(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new PackageError(`${path}: there is no such file or folder`);
  return found.isDirectory() ? filesInFolder(path) : filesInArchive(path);
}

async function filesInFolder(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const inner = join(path, 'package');
  const folder = (await stat(join(inner, 'package.json')).catch(() => null)) ? inner : path;
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.json')) files.set(entry.name, await readFile(join(folder, entry.name)));
  }
  return files;
}

/** Only `package/<name>.json` is taken: examples, tests and whatever else stands in subfolders define nothing. */
async function filesInArchive(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    const archive = await promisify(gunzip)(await readFile(path), { maxOutputLength: MOST_BYTES });
    const inPackage = readTar(archive).filter(({ name }) => /^(?:\.\/)?package\/[^/]+\.json$/.test(name));
    return new Map(inPackage.map(({ name, bytes }) => [basename(name), bytes]));
  } catch (error) {
    throw new PackageError(`${path}: ${error instanceof Error ? error.message : 'cannot be unpacked'}`, {
      cause: error,
    });
  }
}

function manifestOf(path: string, bytes: Uint8Array | undefined) {
  if (!bytes) throw new PackageError(`${path}: holds no package.json, so it is no FHIR package`);
  const { name, version, dependencies } = (parse(path, 'package.json', bytes) ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string') throw new PackageError(`${path}: package.json has no name`);
  const wanted = Object.entries(typeof dependencies === 'object' && dependencies !== null ? dependencies : {});
  return {
    id: name,
    version: typeof version === 'string' ? version : '',
    dependencies: Object.fromEntries(wanted.map(([id, range]) => [id, String(range)])),
  };
}

function parse(path: string, name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    ) as unknown;
  } catch (error) {
    throw new PackageError(`${path}: ${name} is not JSON`, { cause: error });
  }
}
