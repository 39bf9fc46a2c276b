/**
 * Business identifiers of output resources. The same thing said twice gets the same identifier, so that a conditional
 * update at the receiver hits it again: a result as preliminary, final and corrected is one result.
 */
import { hash } from 'node:crypto';
import { WK_BASE, WK_DERIVED } from '../profiles/canonical.ts';
import type { SourceSettings } from './mapping.ts';

/** A business identifier in plain text: what a conditional update is made of. */
export interface BusinessId {
  readonly system: string;
  readonly value: string;
}

const NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex'); // RFC 9562 namespace for URLs
/** The namespace and room for a name after it: a message has dozens of names, and nearly all of them fit. */
const named = Buffer.concat([NAMESPACE], 4096);

function digestOf(name: string): string {
  // A UTF-16 unit takes three bytes at most.
  if (name.length * 3 > named.length - NAMESPACE.length) {
    return hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name)]), 'hex');
  }
  const end = NAMESPACE.length + named.write(name, NAMESPACE.length);
  return hash('sha1', named.subarray(0, end), 'hex');
}

/** UUID version 5 (RFC 9562 §5.5) of a name under the URL namespace. */
export function uuidV5(name: string): string {
  const hex = digestOf(name);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `{base}/derived|<uuid v5 of source, message or order, place>`, for a thing to which the source gave no identifier. */
export const derivedId = (source: SourceSettings, within: string, place: string): BusinessId => ({
  system: WK_DERIVED,
  value: uuidV5([source.party?.id ?? source.id, within, place].join('\u001f')),
});

/** `urn:uuid:…` of an entry, from its type and business identifier. */
export const fullUrlOf = (type: string, id: BusinessId): string =>
  `urn:uuid:${uuidV5(`${type}|${id.system}|${id.value}`)}`;

/** `Observation?identifier=system%7Cvalue`, the URL of a conditional update (FHIR R4 http.html#cond-update). */
export const conditionalUrl = (type: string, id: BusinessId): string =>
  `${type}?identifier=${encodeURIComponent(`${id.system}|${id.value}`)}`;

/** `Provenance?_tag=system%7Cvalue`: the same for a type R4 gives no identifier; it goes by a tag (FHIR R4 search `_tag`). */
export const taggedUrl = (type: string, id: BusinessId): string =>
  `${type}?_tag=${encodeURIComponent(`${id.system}|${id.value}`)}`;

/**
 * System of an identifier whose assigner is a name of the source's own (`PI` numbers, placer and filler numbers). An OID
 * or URI the source gives is used as it is; an empty assigner means the organisation that sends.
 * `kind` keeps numbers of different sorts apart: `patient`, `placer-order`, `filler-order`, `specimen`, `visit` ….
 */
export function assignedSystem(source: SourceSettings, kind: string, assigner: string): string {
  if (/^urn:|^https?:/i.test(assigner)) return assigner;
  if (/^[0-2](\.(0|[1-9]\d*))+$/.test(assigner)) return `urn:oid:${assigner}`;
  const party = source.party?.id ?? source.id;
  return `${WK_BASE}/NamingSystem/${party}/${kind}${assigner === '' ? '' : `/${encodeURIComponent(assigner)}`}`;
}
