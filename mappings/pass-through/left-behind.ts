/** What of a FHIR message does not travel: names and notes of the sender's own server, each with its reason. */
import type { Bundle } from 'fhir/r4.js';
import type { Unused } from '../mapping.ts';
import type { PlacedEntry } from './placed.ts';
import type { References } from './references.ts';

const ENVELOPE: Readonly<Record<string, string>> = {
  id: 'name of the Bundle at the sender',
  identifier: 'key of the message; in meta.source',
  timestamp: 'when the sender made the Bundle',
  meta: 'about the envelope, not its content',
  signature: 'signs the bytes as sent, not as mapped',
  link: 'addresses at the sender',
  total: 'count of a search',
};

export function leftBehind(
  bundle: Bundle,
  placed: readonly PlacedEntry[],
  sameAs: ReadonlyMap<number, number>,
  references: References,
): Unused[] {
  const unused: Unused[] = [];
  const add = (source: string, value: unknown, reason: string): void => {
    if (value !== undefined) unused.push({ source, reason });
  };
  const envelope = new Map<string, unknown>(Object.entries(bundle));
  for (const [key, reason] of Object.entries(ENVELOPE)) add(`$.${key}`, envelope.get(key), reason);
  const entries = bundle.entry ?? [];
  for (const { resource, at, index } of placed) {
    add(`${at}.id`, resource.id, 'name inside the message; the receiver finds it by business identifier');
    add(`${at}.meta.versionId`, resource.meta?.versionId, 'version at the sender');
    add(`${at}.meta.lastUpdated`, resource.meta?.lastUpdated, 'when the sender stored it');
    for (const path of outward(resource, at, (reference) => references.resolve(reference, entries[index] ?? {}))) {
      unused.push({ source: path, reason: 'an address at the sender; the identifier beside it names the same' });
    }
    add(`${at}.meta.source`, resource.meta?.source, 'replaced by the source and message it came in');
  }
  for (const [index, first] of sameAs) {
    unused.push({ source: `$.entry[${index}].resource`, reason: `says the same as $.entry[${first}].resource` });
  }
  return unused;
}

/** References that lead out of the message and were dropped because an identifier says the same. */
function outward(value: unknown, path: string, resolve: (reference: string) => string | undefined): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { reference, identifier } = value as { readonly reference?: unknown; readonly identifier?: unknown };
  const dropped =
    typeof reference === 'string' &&
    identifier !== undefined &&
    !/^(#|https?:)/.test(reference) &&
    resolve(reference) === undefined;
  const within = Object.entries(value).flatMap(([key, child]) =>
    outward(child, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, resolve),
  );
  return dropped ? [`${path}.reference`, ...within] : within;
}
