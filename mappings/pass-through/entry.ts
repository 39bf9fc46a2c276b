/** The draft of one passed-through resource: copied element by element, completed in `meta` and `identifier`. */
import type { Meta } from 'fhir/r4.js';
import { writtenNumber } from '../../profiles/json/decimal.ts';
import { metaSource } from '../bundle.ts';
import { constant, Copied, derived, Leaf, type Place } from '../draft.ts';
import type { DraftEntry, SourceSettings } from '../mapping.ts';
import type { Completion, PlacedEntry } from './placed.ts';
import { identifiersOf, SINGLE_IDENTIFIER } from './identify.ts';
import { omit } from './omit.ts';

const RULE = 'pass-through';

/** A place in a JSON source: `$.entry[0].resource.code`. */
const jsonPlace = (path: string): Place => ({ path: () => path });

export function draftEntry(
  one: PlacedEntry,
  completion: Completion,
  rewrite: (value: unknown) => unknown,
  source: SourceSettings,
  controlId: string,
): DraftEntry {
  const { resource, at, identity, fullUrl } = one;
  const draft: Record<string, unknown> = {
    resourceType: new Leaf(resource.resourceType, jsonPlace(`${at}.resourceType`), RULE),
    meta: metaDraft(one, completion, metaSource(source, controlId)),
  };
  for (const [key, value] of Object.entries(resource)) {
    if (key === 'resourceType' || key === 'id' || key === 'meta') continue;
    draft[key] = copy(resource, key, rewrite(value), `${at}.${key}`);
  }
  const carried = identifiersOf(resource).some(({ value }) => value === identity.id.value);
  if (identity.carriedBy === 'identifier' && !(carried && isCarried(one))) {
    const added = { system: constant(identity.id.system, RULE), value: derived(identity.id.value, RULE) };
    draft['identifier'] = SINGLE_IDENTIFIER.has(resource.resourceType)
      ? added
      : [added, ...listOf(rewrite(identifiersOf(resource)), `${at}.identifier`)];
  }
  for (const [key, items] of Object.entries(completion.added ?? {})) {
    const own = Object.entries(resource).find(([name]) => name === key)?.[1] as unknown;
    draft[key] = [...listOf(rewrite(own), `${at}.${key}`), ...items];
  }
  return { resource: { ...draft, ...completion.replaced }, fullUrl, url: identity.url };
}

const isCarried = ({ resource, identity }: PlacedEntry): boolean =>
  identifiersOf(resource).some(({ system, value }) => system === identity.id.system && value === identity.id.value);

function copy(resource: object, key: string, value: unknown, from: string): unknown {
  if (typeof value === 'number') return new Leaf(value, jsonPlace(from), RULE, undefined, writtenNumber(resource, key));
  return new Copied(value, from, RULE);
}

const listOf = (items: unknown, from: string): Copied[] =>
  (Array.isArray(items) ? items : []).map((item: unknown, index) => new Copied(item, `${from}[${index}]`, RULE));

/** Version, time of storing and source of the sender's server say nothing of the copy; they stay behind. */
function metaDraft({ resource, at, identity }: PlacedEntry, completion: Completion, source: string): object {
  const meta: Meta = resource.meta ?? {};
  const { profile = [], tag = [] } = meta;
  const rest = omit(meta, 'profile', 'tag', 'source', 'versionId', 'lastUpdated');
  const plain = (canonical: string): string => canonical.split('|')[0] ?? canonical;
  const claimed = profile
    .map((canonical, index) => new Leaf(canonical, jsonPlace(`${at}.meta.profile[${index}]`), RULE))
    .filter(({ value }) => !(completion.withdrawn ?? []).includes(plain(value)));
  const added = (completion.profiles ?? []).filter(
    (canonical) => !claimed.some(({ value }) => plain(value) === canonical),
  );
  const tags = [
    ...(completion.tags ?? []),
    ...(identity.carriedBy === 'tag' ? [{ system: identity.id.system, code: identity.id.value }] : []),
  ].filter(({ system, code }) => !tag.some((known) => known.system === system && known.code === code));
  return {
    ...Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [key, new Copied(value, `${at}.meta.${key}`, RULE)]),
    ),
    profile: [...claimed, ...added.map((canonical) => constant(canonical, RULE))],
    tag: [
      ...listOf(tag, `${at}.meta.tag`),
      ...tags.map(({ system, code }) => ({ system: constant(system, RULE), code: constant(code, RULE) })),
    ],
    source: derived(source, 'bundle.meta.source'),
  };
}
