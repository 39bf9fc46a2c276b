/** A resource held against all there is: base R4, the profiles it claims and those asked for, our own rules. */
import type { FhirResource } from 'fhir/r4.js';
import { wkProfile } from '../../profiles/canonical.ts';
import { isError, type Issue } from '../../profiles/issue.ts';
import { loadPackage, PackageError, type FhirPackage } from '../../profiles/load/package.ts';
import { maskIdentifying } from '../../profiles/mask.ts';
import { checkRules } from '../../profiles/rules.ts';
import { createValidator } from '../../profiles/validator.ts';
import { wkPackage } from '../../profiles/wk/package.ts';

export interface Checker {
  /** Any JSON value, as `readTree` gives it. Words hold no identifying value; nothing wrong is an empty list. */
  check(resource: unknown, profiles?: readonly string[]): readonly Issue[];
  /** Whether a canonical is a profile of the packages, or of our own. */
  knows(canonical: string): boolean;
}

/** `packages`: the published ones, beside our own. */
export function createChecker(packages: readonly FhirPackage[]): Checker {
  const all = [wkPackage, ...packages];
  const validator = createValidator(all);
  return {
    check: (resource, profiles = []) => {
      const issues = validator.validate(resource, { profiles });
      // Our own rules read a resource whose structure holds; on a broken one they would only repeat the fault.
      const ruled = !issues.some(isError) && isResource(resource) && !isAdvanceNotice(resource);
      const whole = ruled ? [...issues, ...checkRules(resource)] : issues;
      return whole.map((issue) => ({ ...issue, text: maskIdentifying(issue.text) }));
    },
    knows: (canonical) => all.some(({ resources }) => resources.has(canonical)),
  };
}

/** It asks for a bed and tells nobody's name: the rules of the transfer it announces are not its own. */
const isAdvanceNotice = (resource: FhirResource): boolean =>
  resource.resourceType === 'Bundle' &&
  (resource.entry ?? []).some(
    ({ resource: one }) =>
      one?.resourceType === 'Composition' && one.meta?.profile?.includes(wkProfile('AdvanceNotice')) === true,
  );

const isResource = (value: unknown): value is FhirResource =>
  typeof value === 'object' && value !== null && 'resourceType' in value;

export type PackagesRead =
  | { readonly ok: true; readonly packages: readonly FhirPackage[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Folders or `.tgz` files of FHIR packages; every one that cannot be loaded is told. */
export async function readPackages(paths: readonly string[]): Promise<PackagesRead> {
  const packages: FhirPackage[] = [];
  const faults: string[] = [];
  for (const path of paths) {
    try {
      packages.push(await loadPackage(path));
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      faults.push(error.message);
    }
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, packages };
}
