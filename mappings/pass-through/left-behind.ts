/** What of a FHIR message does not travel: names and notes of the sender's own server, each with its reason. */
import type { Bundle } from 'fhir/r4.js';
import type { Unused } from '../mapping.ts';
import type { PlacedEntry } from './placed.ts';
import type { References } from './references.ts';

const ENVELOPE: Readonly<Record<string, string>> = {
  resourceType: 'the output is a Bundle too',
  type: 'the output is a transaction, whatever came in',
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
  entries.forEach(({ fullUrl, request, search, link, response }, index) => {
    const at = `$.entry[${index}]`;
    add(`${at}.fullUrl`, fullUrl, 'name inside the message; the output has names of its own');
    add(`${at}.request`, request, 'how the sender asks to store it; the output is a conditional update');
    add(`${at}.search`, search, 'why a search found it');
    add(`${at}.link`, link, 'addresses at the sender');
    add(`${at}.response`, response, 'what a server answered');
  });
  for (const { resource, at, index } of placed) {
    add(`${at}.id`, resource.id, 'name inside the message; the receiver finds it by business identifier');
    add(`${at}.meta.versionId`, resource.meta?.versionId, 'version at the sender');
    add(`${at}.meta.lastUpdated`, resource.meta?.lastUpdated, 'when the sender stored it');
    for (const path of outward(resource, at, (reference) => references.resolve(reference, entries[index] ?? {}))) {
      unused.push({ source: path, reason: 'an address at the sender; the identifier of the reference says the same' });
    }
    add(`${at}.meta.source`, resource.meta?.source, 'replaced by the source and message it came in');
  }
  for (const [index, first] of sameAs) {
    unused.push({ source: `$.entry[${index}].resource`, reason: `says the same as $.entry[${first}].resource` });
  }
  return unused;
}

/** References that lead out of the message: an identifier beside them says the same, or is made of them. */
function outward(value: unknown, path: string, resolve: (reference: string) => string | undefined): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { reference } = value as { readonly reference?: unknown };
  const dropped = typeof reference === 'string' && !/^(#|https?:)/.test(reference) && resolve(reference) === undefined;
  const within = Object.entries(value).flatMap(([key, child]) =>
    outward(child, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, resolve),
  );
  return dropped ? [`${path}.reference`, ...within] : within;
}
