import type { Issue } from './issue.ts';
import type { FhirPackage } from './package.ts';
import { checkStructure } from './structure.ts';
import { Invariants } from './validator/invariant.ts';
import { isObject } from './validator/item.ts';
import { Registry } from './validator/registry.ts';
import { Visit } from './validator/visit.ts';

export interface Validator {
  /**
   * Base R4 (structure and invariants), every `meta.profile` that can be resolved, and the profiles asked for, through
   * Bundle entries and contained resources. Takes any JSON value and never throws. A profile that cannot be resolved
   * is a warning; a value set that cannot be expanded is not checked.
   */
  validate(resource: unknown, options?: { readonly profiles?: readonly string[] }): Issue[];
}

/** Profiles are compiled when first met, and only for what they add to base R4. Earlier packages win a canonical. */
export function createValidator(packages: readonly FhirPackage[]): Validator {
  const registry = new Registry(packages);
  const invariants = new Invariants((valueSet) => registry.members(valueSet));
  return {
    validate(resource, options) {
      const structure = checkStructure(resource);
      const unreadable = structure.some(({ rule }) => rule === 'too-deep' || rule === 'too-many');
      if (unreadable || !isObject(resource)) return structure;
      const visit = new Visit(registry, invariants, resource);
      visit.enter(resource, false, options?.profiles ?? []);
      return withoutRepeats([...structure, ...visit.place.issues]);
    },
  };
}

/** What several profiles ask alike is said once. */
function withoutRepeats(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter(({ severity, expression, rule, text }) => {
    const key = [severity, expression, rule, text].join('\n');
    return seen.has(key) ? false : seen.add(key);
  });
}
