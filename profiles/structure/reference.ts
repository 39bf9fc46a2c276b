import { isResourceType } from '../r4/definitions.ts';
import type { Place } from './place.ts';

/** The resources a reference can be resolved to without leaving what was given. */
export interface Scope {
  /** The Bundle around the resource: what each fullUrl names. */
  readonly bundles: readonly ReadonlyMap<string, unknown>[];
  /** The resource that holds `contained`. */
  readonly container: object | null;
}

const RELATIVE = /^([A-Z][A-Za-z]*)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const CONDITIONAL = /^([A-Z][A-Za-z]*)\?\S+$/;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/;
const RESTFUL = /\/([A-Z][A-Za-z]*)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/**
 * Shape of a literal reference (R4 §references), its target type as far as it can be known here, and whether what
 * must be inside (`#id`, `urn:uuid:` within a Bundle) is there.
 */
export function checkReference(text: string, targets: ReadonlySet<string> | null, scope: Scope, place: Place): void {
  if (text.startsWith('#')) {
    const target = text === '#' ? scope.container : containedOf(scope.container, text.slice(1));
    if (target === undefined) {
      place.error('not-found', 'ref-1', 'points at a contained resource that is not there', 'reference');
    } else checkTarget(typeOf(target), targets, place);
    return;
  }
  if (/^urn:(?:uuid|oid):/.test(text)) {
    if (scope.bundles.length === 0) return;
    const bundle = scope.bundles.findLast((each) => each.has(text));
    if (!bundle) {
      const words = 'points at an entry that is not in the Bundle';
      place.error('not-found', 'unresolvable-reference', words, 'reference');
    } else checkTarget(typeOf(bundle.get(text)), targets, place);
    return;
  }
  const local = RELATIVE.exec(text) ?? CONDITIONAL.exec(text);
  if (local) {
    const type = local[1] ?? '';
    if (isResourceType(type)) checkTarget(type, targets, place);
    else place.error('value', 'reference', 'names no resource type of R4', 'reference');
    return;
  }
  if (!ABSOLUTE.test(text)) {
    place.error('value', 'reference', 'must be Type/id, an absolute URL, urn:uuid:… or #id', 'reference');
    return;
  }
  const type = RESTFUL.exec(text)?.[1];
  if (type !== undefined && isResourceType(type)) checkTarget(type, targets, place);
}

function checkTarget(type: string | undefined, targets: ReadonlySet<string> | null, place: Place): void {
  if (type === undefined || targets === null || targets.has(type)) return;
  const words = `points at ${isResourceType(type) ? type : 'another type'}; allowed is ${Array.from(targets).join(', ')}`;
  place.error('value', 'reference-target', words, 'reference');
}

/** The resource a reference leads to, when it is inside what was given. */
export function resolveReference(text: string, scope: Scope): unknown {
  if (text === '#') return scope.container ?? undefined;
  if (text.startsWith('#')) return containedOf(scope.container, text.slice(1));
  const unversioned = text.replace(/\/_history\/.*$/, '');
  return scope.bundles.findLast((each) => each.has(unversioned))?.get(unversioned);
}

/** The resource type a reference names by itself, in its text or its `type`. */
export function namedType(reference: Readonly<Record<string, unknown>>): string | undefined {
  const { reference: text, type } = reference;
  const found = typeof text === 'string' ? (RELATIVE.exec(text) ?? CONDITIONAL.exec(text) ?? RESTFUL.exec(text)) : null;
  const name = found?.[1] ?? type;
  return typeof name === 'string' && isResourceType(name) ? name : undefined;
}

/** What a Bundle's entries are known by: fullUrl, and `Type/id`; with two for one fullUrl (a history) the first, the newest. */
export function fullUrlsOf(entries: readonly unknown[]): ReadonlyMap<string, unknown> {
  const map = new Map<string, unknown>();
  for (const entry of entries) {
    const { fullUrl, resource } = (entry ?? {}) as { fullUrl?: unknown; resource?: unknown };
    if (typeof fullUrl === 'string' && !map.has(fullUrl)) map.set(fullUrl, resource);
    const { resourceType, id } = (resource ?? {}) as { resourceType?: unknown; id?: unknown };
    if (typeof resourceType === 'string' && typeof id === 'string') map.set(`${resourceType}/${id}`, resource);
  }
  return map;
}

/** bdl-7: a fullUrl once per version, in anything but a history. */
export function checkFullUrls(
  bundle: Readonly<Record<string, unknown>>,
  entries: readonly unknown[],
  place: Place,
): void {
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const { fullUrl, resource } = (entry ?? {}) as { fullUrl?: unknown; resource?: { meta?: { versionId?: unknown } } };
    if (typeof fullUrl !== 'string') return;
    if (!ABSOLUTE.test(fullUrl)) {
      place.error('value', 'full-url', 'must be an absolute URI', `entry[${index}].fullUrl`);
    }
    const version = resource?.meta?.versionId;
    const key = `${fullUrl} ${typeof version === 'string' ? version : ''}`;
    if (seen.has(key) && bundle['type'] !== 'history') {
      place.error('duplicate', 'bdl-7', 'is the fullUrl of an earlier entry', `entry[${index}].fullUrl`);
    }
    seen.add(key);
  });
}

function containedOf(container: object | null, id: string): unknown {
  const contained = (container as { contained?: unknown } | null)?.contained;
  return Array.isArray(contained) ? contained.find((each) => (each as { id?: unknown } | null)?.id === id) : undefined;
}

const typeOf = (resource: unknown): string | undefined => {
  const type = (resource as { resourceType?: unknown } | null | undefined)?.resourceType;
  return typeof type === 'string' ? type : undefined;
};
