/** What one sandbox partner remembers: FHIR resources with their versions, bounded, the oldest forgotten first. */
import { writeJson } from '../../profiles/json/write.ts';
import { isResourceType } from '../../profiles/r4/definitions.ts';
import { shapeOf } from '../../profiles/structure/shape.ts';

/** A FHIR resource as read from JSON; its decimals remember how they were written. */
export interface Resource {
  readonly resourceType: string;
  readonly id?: string;
  readonly [element: string]: unknown;
}

export interface Kept {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: string;
  /** FHIR JSON with `id` and `meta` filled; kept as text, which is smallest. */
  readonly json: string;
  /** `system|value` of its identifiers, or of its tags where its type has no identifier. */
  readonly tokens: readonly string[];
  /** `Type/id` of the patient it is about. */
  readonly subject: string | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The search parameter by which a resource of this type is known: its identifier, or a tag where R4 gives it none. */
export const tokenParameter = (type: string): 'identifier' | '_tag' =>
  isResourceType(type) && !shapeOf(type).slots.has('identifier') ? '_tag' : 'identifier';

/** Tokens of `identifier`, which is a list nearly everywhere and one object in a few types (Bundle, Composition). */
export function tokensOf(resource: Resource): string[] {
  const { identifier, meta } = resource;
  const isTagged = tokenParameter(resource.resourceType) === '_tag';
  const held: unknown = isTagged ? (isObject(meta) ? meta['tag'] : undefined) : identifier;
  const list: readonly unknown[] = Array.isArray(held) ? held : [held];
  return list.filter(isObject).flatMap(({ system, value, code }) => {
    const said = isTagged ? code : value;
    return typeof said === 'string' ? [`${typeof system === 'string' ? system : ''}|${said}`] : [];
  });
}

function subjectOf(resource: Resource): string | null {
  for (const element of ['subject', 'patient', 'for', 'beneficiary', 'individual']) {
    const reference = resource[element];
    if (isObject(reference) && typeof reference['reference'] === 'string') return reference['reference'];
  }
  return null;
}

/** The resource as this server keeps and returns it (FHIR R4 §2.21.0.3: the server owns id, versionId, lastUpdated). */
export function keep(resource: Resource, id: string, version: number, lastUpdated: string): Kept {
  const meta = { ...(isObject(resource['meta']) ? resource['meta'] : {}), versionId: String(version), lastUpdated };
  const { resourceType } = resource;
  const own = { id, meta };
  return {
    type: resourceType,
    id,
    version,
    lastUpdated,
    json: writeJson({ ...{ resourceType }, ...own, ...resource, ...own }),
    tokens: tokensOf(resource),
    subject: subjectOf(resource),
  };
}

export interface Store {
  get(type: string, id: string): Kept | undefined;
  /** Ids of a type with this identifier; `value` alone means any system, `|value` no system. */
  withIdentifier(type: string, token: string): readonly string[];
  /** In order of their last change, oldest first. */
  all(type: string): readonly Kept[];
  /** All or none: the caller has checked everything. */
  commit(changes: readonly Kept[]): void;
  counts(): { readonly kept: number; readonly forgotten: number };
}

export interface StoreLimits {
  readonly resources: number;
  /** Characters of JSON in all, so that a few scanned letters cannot fill the memory. */
  readonly characters: number;
}

export function createStore(limits: StoreLimits): Store {
  /** In order of last change: a Map keeps the order of insertion, and a change removes and adds. */
  const resources = new Map<string, Kept>();
  const byToken = new Map<string, Set<string>>();
  let forgotten = 0;
  let characters = 0;

  const keysOf = ({ type, tokens }: Kept): string[] =>
    tokens.flatMap((token) => [`${type}?${token}`, `${type}?${token.slice(token.indexOf('|') + 1)}`]);
  const remove = (kept: Kept): void => {
    resources.delete(`${kept.type}/${kept.id}`);
    characters -= kept.json.length;
    for (const key of keysOf(kept)) {
      const ids = byToken.get(key);
      ids?.delete(kept.id);
      if (ids?.size === 0) byToken.delete(key);
    }
  };
  const add = (kept: Kept): void => {
    resources.set(`${kept.type}/${kept.id}`, kept);
    characters += kept.json.length;
    for (const key of keysOf(kept)) {
      const ids = byToken.get(key) ?? new Set();
      byToken.set(key, ids.add(kept.id));
    }
  };

  return {
    get: (type, id) => resources.get(`${type}/${id}`),
    withIdentifier: (type, token) => [...(byToken.get(`${type}?${token}`) ?? [])],
    all: (type) => [...resources.values()].filter((kept) => kept.type === type),
    commit: (changes) => {
      for (const kept of changes) {
        const before = resources.get(`${kept.type}/${kept.id}`);
        if (before !== undefined) remove(before);
        add(kept);
      }
      for (const oldest of resources.values()) {
        if (resources.size <= limits.resources && characters <= limits.characters) break;
        remove(oldest);
        forgotten += 1;
      }
    },
    counts: () => ({ kept: resources.size, forgotten }),
  };
}
