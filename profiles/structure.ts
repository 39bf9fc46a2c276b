import type { Issue } from './issue.ts';
import { Place } from './structure/place.ts';
import { checkResource } from './structure/walk.ts';

/**
 * Structure of base R4: known resource types and elements, JSON types, cardinality, choices, primitive formats,
 * required codes, references inside. Takes any JSON value and never throws; expressions start at the resource's own
 * type (`Bundle.entry[2].resource.birthDate`). Invariants (FHIRPath) and profiles are the validator's.
 */
export function checkStructure(resource: unknown): Issue[] {
  const type = (resource as { resourceType?: unknown } | null | undefined)?.resourceType;
  const place = new Place(typeof type === 'string' && /^[A-Z][A-Za-z]{0,63}$/.test(type) ? type : 'Resource');
  checkResource(resource, { bundles: [], container: null }, false, place);
  return place.issues;
}
