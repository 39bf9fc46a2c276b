/** Carries out a transaction on a partner's store: everything is checked first, so that all of it happens or nothing. */
import type { Bundle, BundleEntry } from 'fhir/r4.js';
import type { Entry } from './entries.ts';
import { refused } from './outcome.ts';
import { keep, tokensOf, type Kept, type Store } from './store.ts';

interface Placed {
  readonly entry: Entry;
  readonly id: string;
  /** Null: a create that found one already and changes nothing. */
  readonly version: number | null;
  readonly before: Kept | undefined;
}

export interface Transacted {
  readonly answer: Bundle;
  /** Relative references that lead nowhere on this server. */
  readonly dangling: number;
}

function onlyMatch(store: Store, entry: Entry, token: string): Kept | undefined {
  const { resource, at } = entry;
  const ids = store.withIdentifier(resource.resourceType, token);
  if (ids.length > 1) {
    throw refused(412, 'duplicate', 'condition', `${at}.request.url`, `${ids.length} resources meet the condition`);
  }
  return ids[0] === undefined ? undefined : store.get(resource.resourceType, ids[0]);
}

/** Where an entry's resource will live, decided before any reference is rewritten. */
function place(store: Store, entry: Entry, newId: () => string): Placed {
  const { resource, target, at } = entry;
  let before: Kept | undefined;
  if (target.kind === 'update') before = store.get(resource.resourceType, target.id);
  else if (target.kind === 'conditional-update') {
    if (!tokensOf(resource).includes(target.token)) {
      const words = 'the resource does not carry the identifier of its condition';
      throw refused(422, 'invariant', 'condition-unmet', `${at}.resource.identifier`, words);
    }
    before = onlyMatch(store, entry, target.token);
    if (before !== undefined && resource.id !== undefined && resource.id !== before.id) {
      throw refused(400, 'conflict', 'condition-id', `${at}.resource.id`, 'the condition leads to another id');
    }
  } else if (target.ifNoneExist !== null) {
    before = onlyMatch(store, entry, target.ifNoneExist);
    if (before !== undefined) return { entry, id: before.id, version: null, before };
  }
  if (entry.ifMatch !== null && String(before?.version) !== entry.ifMatch) {
    throw refused(412, 'conflict', 'version', `${at}.request.ifMatch`, 'the version is not the current one');
  }
  const id = before?.id ?? (target.kind === 'update' ? target.id : newId());
  return { entry, id, version: (before?.version ?? 0) + 1, before };
}

/** Elements whose value is an address, and follows when an entry's temporary address becomes a real one. */
const ADDRESSES = new Set(['reference', 'url', 'uri', 'valueUri', 'valueUrl', 'valueUuid', 'valueCanonical']);

interface Rewriting {
  readonly addresses: ReadonlyMap<string, string>;
  readonly store: Store;
  /** `Type/id` of everything in this transaction. */
  readonly here: ReadonlySet<string>;
  /** The resource being rewritten, as a FHIRPath. */
  at: string;
  dangling: number;
}

function rewriteAddress(text: string, element: string, state: Rewriting): string {
  const known = state.addresses.get(text);
  if (known !== undefined) return known;
  if (element !== 'reference') return text;
  if (text.startsWith('urn:')) throw refused(400, 'not-found', 'reference', state.at, 'a reference has no entry');
  const [, type, rest] = /^([A-Z][A-Za-z]+)(?:\/|\?)(.+)$/.exec(text) ?? [];
  if (type === undefined || rest === undefined) return text;
  if (text.includes('?')) {
    const [id, ...more] = state.store.withIdentifier(type, new URLSearchParams(rest).get('identifier') ?? '');
    if (id === undefined || more.length > 0) {
      const words = 'a conditional reference does not lead to one resource';
      throw refused(412, 'not-found', 'conditional-reference', state.at, words);
    }
    return `${type}/${id}`;
  }
  if (!state.here.has(text) && state.store.get(type, rest) === undefined) state.dangling += 1;
  return text;
}

/** In place: the resource was read from this request's own bytes, and a refusal drops it whole. */
function rewrite(node: object, state: Rewriting): void {
  const members = node as Record<string, unknown>;
  for (const key of Object.keys(members)) {
    const value = members[key];
    if (typeof value === 'object' && value !== null) rewrite(value, state);
    else if (typeof value === 'string' && ADDRESSES.has(key)) members[key] = rewriteAddress(value, key, state);
  }
}

function answerOf({ entry, id, version, before }: Placed, kept: Kept | undefined): BundleEntry {
  const now = kept ?? before;
  return {
    response: {
      status: version === 1 ? '201 Created' : '200 OK',
      location: `${entry.resource.resourceType}/${id}/_history/${now?.version ?? 1}`,
      etag: `W/"${now?.version ?? 1}"`,
      ...(now === undefined ? {} : { lastModified: now.lastUpdated }),
    },
  };
}

export function transact(store: Store, entries: readonly Entry[], now: Date, newId: () => string): Transacted {
  const placed = entries.map((entry) => place(store, entry, newId));
  const here = new Set<string>();
  const conditions = new Set<string>();
  const addresses = new Map<string, string>();
  for (const { entry, id } of placed) {
    const { resource, target, at, fullUrl } = entry;
    const address = `${resource.resourceType}/${id}`;
    const condition = target.kind === 'conditional-update' ? `${resource.resourceType}?${target.token}` : address;
    if (here.has(address) || conditions.has(condition)) {
      throw refused(400, 'duplicate', 'same-resource', `${at}.request.url`, 'two entries are about the same resource');
    }
    here.add(address);
    conditions.add(condition);
    if (fullUrl !== null) addresses.set(fullUrl, address);
  }
  const state: Rewriting = { addresses, store, here, at: '', dangling: 0 };
  const kept = placed.map(({ entry, id, version }) => {
    if (version === null) return undefined;
    state.at = `${entry.at}.resource`;
    rewrite(entry.resource, state);
    return keep(entry.resource, id, version, now.toISOString());
  });
  store.commit(kept.filter((resource) => resource !== undefined));
  const entry = placed.map((one, index) => answerOf(one, kept[index]));
  return { answer: { resourceType: 'Bundle', type: 'transaction-response', entry }, dangling: state.dangling };
}
