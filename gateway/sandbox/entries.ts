/** Reads the entries of a transaction Bundle and what each asks for (FHIR R4 http.html#transaction). Strict. */
import { refused } from './outcome.ts';
import { tokenParameter, type Resource } from './store.ts';

type Target =
  | { readonly kind: 'create'; readonly ifNoneExist: string | null }
  | { readonly kind: 'update'; readonly id: string }
  | { readonly kind: 'conditional-update'; readonly token: string };

export interface Entry {
  readonly at: string;
  readonly fullUrl: string | null;
  readonly resource: Resource;
  readonly target: Target;
  /** Version of `If-Match: W/"n"`. */
  readonly ifMatch: string | null;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const ID = /^[A-Za-z0-9.-]{1,64}$/;

export const isResource = (value: unknown): value is Resource =>
  isObject(value) && typeof value['resourceType'] === 'string';

/** `identifier=system|value`, or `_tag=` for a type R4 gives no identifier: all these partners know for a condition. */
function tokenOf(query: string, type: string, at: string): string {
  const name = tokenParameter(type);
  const criteria = [...new URLSearchParams(query)];
  const [criterion] = criteria;
  if (criteria.length !== 1 || criterion?.[0] !== name || !criterion[1].includes('|')) {
    throw refused(412, 'not-supported', 'condition', at, `the condition must be ${name}=system|value and no more`);
  }
  return criterion[1];
}

function targetOf(method: string | null, url: string, request: Json, resource: Resource, at: string): Target {
  const place = `${at}.request.url`;
  const [, type, id, query] = /^([A-Z][A-Za-z]+)(?:\/([^/?]+))?(?:\?(.*))?$/.exec(url) ?? [];
  if (type === undefined) throw refused(400, 'invalid', 'url', place, 'not an address of this server');
  if (type !== resource.resourceType) {
    throw refused(400, 'invalid', 'url-type', place, `the address names ${type}, the resource is another type`);
  }
  if (method === 'POST') {
    if (id !== undefined || query !== undefined) throw refused(400, 'invalid', 'url', place, 'POST goes to the type');
    const condition = textOf(request['ifNoneExist']);
    return { kind: 'create', ifNoneExist: condition && tokenOf(condition, type, `${at}.request.ifNoneExist`) };
  }
  if (method !== 'PUT') {
    throw refused(422, 'not-supported', 'method', `${at}.request.method`, 'only POST and PUT are supported here');
  }
  if (id !== undefined && query === undefined) {
    if (!ID.test(id)) throw refused(400, 'value', 'id', place, 'not a FHIR id');
    if (resource.id !== id)
      throw refused(400, 'invalid', 'url-id', place, 'the resource must carry the id of its address');
    return { kind: 'update', id };
  }
  if (id !== undefined || query === undefined)
    throw refused(400, 'invalid', 'url', place, 'PUT needs an id or a condition');
  return { kind: 'conditional-update', token: tokenOf(query, type, place) };
}

function entryOf(entry: unknown, at: string): Entry {
  if (!isObject(entry)) throw refused(400, 'structure', 'entry', at, 'an entry must be an object');
  const { request, resource } = entry;
  if (!isObject(request)) throw refused(400, 'required', 'request', `${at}.request`, 'a transaction needs it');
  if (!isResource(resource)) throw refused(400, 'required', 'resource', `${at}.resource`, 'POST and PUT need it');
  const url = textOf(request['url']) ?? '';
  const ifMatch = textOf(request['ifMatch']);
  const version = ifMatch === null ? null : (/^W\/"([^"]+)"$/.exec(ifMatch)?.[1] ?? '');
  return {
    at,
    fullUrl: textOf(entry['fullUrl']),
    resource,
    target: targetOf(textOf(request['method']), url, request, resource, at),
    ifMatch: version,
  };
}

/** The entries, or a refusal thrown as a whole. */
export function readEntries(bundle: unknown): Entry[] {
  if (!isResource(bundle) || bundle.resourceType !== 'Bundle') {
    throw refused(400, 'structure', 'bundle', '', 'POST to the base takes a Bundle');
  }
  if (bundle['type'] !== 'transaction') {
    throw refused(422, 'not-supported', 'bundle-type', 'Bundle.type', 'only transaction Bundles are taken here');
  }
  const list: readonly unknown[] = Array.isArray(bundle['entry']) ? bundle['entry'] : [];
  const entries = list.map((entry, index) => entryOf(entry, `Bundle.entry[${index}]`));
  const seen = new Set<string>();
  for (const { fullUrl, at } of entries) {
    if (fullUrl === null) continue;
    if (seen.has(fullUrl)) throw refused(400, 'duplicate', 'fullUrl', `${at}.fullUrl`, 'this fullUrl stands twice');
    seen.add(fullUrl);
  }
  return entries;
}
