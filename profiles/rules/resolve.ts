/** `resolve()` of FHIRPath within one Bundle (FHIR R4 bundle.html#references): nothing is ever fetched. */
import type { Bundle, DomainResource } from 'fhir/r4.js';
import type { UserInvocationTable } from 'fhirpath';

/** The part of a fhirpath.js ResourceNode that is built on here. */
interface Node {
  readonly data: unknown;
  readonly ctx: unknown;
  readonly parentResNode: Node | null;
  readonly constructor: unknown;
}
type NodeClass = new (
  ctx: unknown,
  data: unknown,
  parent: Node | null,
  path: string | null,
  _data: unknown,
  type: string | null,
  name: string,
  index: number | null,
) => Node;

/**
 * A user invocation table with `resolve()` for this Bundle. Found resources keep their place, so that a path through
 * `resolve()` still leads to `Bundle.entry[n].resource`, or to `contained[n]` of the resource that refers to it. An
 * unresolvable reference yields nothing.
 */
export function resolveWithin(bundle: Bundle): UserInvocationTable {
  let places: ReadonlyMap<string, number> | undefined;
  const resolve = (nodes: readonly Node[]): Node[] =>
    nodes.flatMap((node) => {
      const reference = referenceOf(node.data);
      if (reference === undefined) return [];
      if (reference.startsWith('#')) return containedNode(node, reference.slice(1));
      places ??= placesOf(bundle);
      const index = places.get(reference);
      return index === undefined ? [] : [entryNode(node, bundle, index)];
    });
  return { resolve: { fn: resolve, arity: { 0: [] }, internalStructures: true } };
}

/** Every way to refer to an entry: its fullUrl, and `Type/id` relative or at the end of a RESTful fullUrl. */
function placesOf(bundle: Bundle): Map<string, number> {
  const places = new Map<string, number>();
  bundle.entry?.forEach(({ fullUrl, resource }, index) => {
    if (resource === undefined) return;
    if (fullUrl !== undefined && !places.has(fullUrl)) places.set(fullUrl, index);
    if (resource.id !== undefined) places.set(`${resource.resourceType}/${resource.id}`, index);
  });
  return places;
}

/** A version in the reference (`/_history/2`) does not matter within a Bundle. */
function referenceOf(data: unknown): string | undefined {
  const reference: unknown = typeof data === 'object' && data !== null && 'reference' in data ? data.reference : data;
  return typeof reference === 'string' ? reference.replace(/\/_history\/.*$/, '') : undefined;
}

function entryNode(from: Node, bundle: Bundle, index: number): Node {
  const ResourceNode = from.constructor as NodeClass;
  const entry = bundle.entry?.[index];
  const root = new ResourceNode(from.ctx, bundle, null, null, null, null, 'Bundle', null);
  const at = new ResourceNode(from.ctx, entry, root, 'Bundle.entry', null, 'BackboneElement', 'entry', index);
  return new ResourceNode(from.ctx, entry?.resource, at, null, null, null, 'resource', null);
}

/** A resource contained in the one that `from` is part of. */
function containedNode(from: Node, id: string): Node[] {
  let holder: Node | null = from;
  while (holder !== null && !isResource(holder.data)) holder = holder.parentResNode;
  const contained = holder === null ? [] : ((holder.data as DomainResource).contained ?? []);
  const index = contained.findIndex((resource) => resource.id === id);
  const ResourceNode = from.constructor as NodeClass;
  return index < 0 ? [] : [new ResourceNode(from.ctx, contained[index], holder, null, null, null, 'contained', index)];
}

const isResource = (data: unknown): boolean => typeof data === 'object' && data !== null && 'resourceType' in data;
