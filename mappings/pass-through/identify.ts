/** Which business identifier a resource of a FHIR message is known by: its own when it has one, else a derived one. */
import type { BundleEntry, FhirResource, Identifier } from 'fhir/r4.js';
import { normaliseBsn } from '../../profiles/bsn.ts';
import { SYSTEM } from '../../profiles/canonical.ts';
import { assignedSystem, conditionalUrl, derivedId, taggedUrl, type BusinessId } from '../identity.ts';
import type { SourceSettings } from '../mapping.ts';

/** Resource types of R4 without an `identifier` element: they are found again by a tag. */
const WITHOUT_IDENTIFIER: ReadonlySet<string> = new Set([
  'AuditEvent',
  'Binary',
  'Linkage',
  'OperationOutcome',
  'Parameters',
  'Provenance',
  'Subscription',
]);
/** Types whose `identifier` is one object, not a list (R4). */
export const SINGLE_IDENTIFIER: ReadonlySet<string> = new Set(['Bundle', 'Composition', 'QuestionnaireResponse']);

/** National systems first: the most durable name of a person or organisation. */
const PREFERRED: readonly string[] = [SYSTEM.bsn, SYSTEM.ura, SYSTEM.uzi, SYSTEM.big, SYSTEM.agb];

/** Identifier systems that go by their OID elsewhere; one spelling, or the same patient would be two. */
const BY_OID: ReadonlyMap<string, string> = new Map([
  ['urn:oid:2.16.840.1.113883.2.4.6.3', SYSTEM.bsn],
  ['urn:oid:2.16.528.1.1007.3.3', SYSTEM.ura],
  ['urn:oid:2.16.528.1.1007.3.1', SYSTEM.uzi],
  ['urn:oid:2.16.840.1.113883.2.4.6.1', SYSTEM.agb],
  ['urn:oid:2.16.528.1.1007.5.1', SYSTEM.big],
  ['urn:oid:2.16.840.1.113883.2.4.6.4', SYSTEM.uzovi],
]);
export const canonicalSystem = (system: string): string => BY_OID.get(system) ?? system;

/** A BSN of eight digits is one of nine with its zero lost. */
export const canonicalValue = (system: string, value: string): string =>
  canonicalSystem(system) === SYSTEM.bsn ? (normaliseBsn(value) ?? value) : value;

/** How a resource is known, and what must be added to it so that a conditional update finds it again. */
export interface Identity {
  readonly id: BusinessId;
  /** `own`: the resource says it already. `identifier`, `tag`: must be added there. */
  readonly carriedBy: 'own' | 'identifier' | 'tag';
  readonly url: string;
}

export const identifiersOf = (resource: FhirResource): readonly Identifier[] => {
  const own = (resource as { identifier?: Identifier | readonly Identifier[] }).identifier;
  return own === undefined ? [] : [own].flat();
};

export function ownIdentifier(resource: FhirResource): BusinessId | undefined {
  const rank = (identifier: Identifier): number => {
    const national = PREFERRED.indexOf(canonicalSystem(identifier.system ?? ''));
    if (national >= 0) return national;
    return PREFERRED.length + (identifier.use === 'official' ? 0 : identifier.use === undefined ? 1 : 2);
  };
  const [best] = identifiersOf(resource)
    .filter(({ system, value, use }) => Boolean(system) && Boolean(value) && use !== 'old' && use !== 'temp')
    .sort((a, b) => rank(a) - rank(b));
  return best?.system && best.value
    ? { system: canonicalSystem(best.system), value: canonicalValue(best.system, best.value) }
    : undefined;
}

/**
 * A logical id is trusted only where the sender owns the address: an absolute URL, or an update of `Type/id`. Ids of
 * a urn:uuid or POST entry are names inside the message, and the next message may use them for somebody else.
 */
function addressedBy(entry: BundleEntry, resource: FhirResource, source: SourceSettings): BusinessId | undefined {
  const { fullUrl, request } = entry;
  if (fullUrl !== undefined && /^https?:.+\/[A-Z]\w+\/[A-Za-z0-9\-.]{1,64}$/.test(fullUrl)) {
    return { system: 'urn:ietf:rfc:3986', value: fullUrl };
  }
  const update = request?.method === 'PUT' ? /^[A-Z]\w+\/[A-Za-z0-9\-.]{1,64}$/.exec(request.url)?.[0] : undefined;
  if (update?.startsWith(`${resource.resourceType}/`) !== true) return undefined;
  return { system: assignedSystem(source, 'resource', ''), value: update };
}

/** `identifier=system|value` of a conditional create or update that the sender wrote itself. */
function askedFor(entry: BundleEntry): BusinessId | undefined {
  const { request } = entry;
  const query = request?.ifNoneExist ?? (request?.method === 'PUT' ? request.url.split('?')[1] : undefined);
  const token = new URLSearchParams(query ?? '').getAll('identifier');
  const [system, value] = (token.length === 1 ? (token[0] ?? '') : '').split('|');
  return system && value ? { system: canonicalSystem(system), value } : undefined;
}

const sameId = (a: BusinessId, b: BusinessId): boolean => a.system === b.system && a.value === b.value;

/** The identity of the resource of `entry`, before collisions inside the message are looked at. */
export function identify(
  entry: BundleEntry,
  resource: FhirResource,
  place: string,
  controlId: string,
  source: SourceSettings,
): Identity {
  const { resourceType } = resource;
  const derived = (): BusinessId => addressedBy(entry, resource, source) ?? derivedId(source, controlId, place);
  if (WITHOUT_IDENTIFIER.has(resourceType)) {
    const { value } = derivedId(source, controlId, place);
    return byTag(resourceType, { ...derivedId(source, controlId, place), value });
  }
  const asked = askedFor(entry);
  const has = (id: BusinessId): boolean =>
    identifiersOf(resource).some(
      ({ system, value }) => value !== undefined && sameId({ system: canonicalSystem(system ?? ''), value }, id),
    );
  if (asked && has(asked)) return byIdentifier(resourceType, asked, 'own');
  const own = ownIdentifier(resource);
  if (own) return byIdentifier(resourceType, own, 'own');
  // A list takes one more; a single identifier without a system keeps its place and the tag speaks for it.
  const id = asked ?? withoutSystem(resource, source) ?? derived();
  return SINGLE_IDENTIFIER.has(resourceType) && identifiersOf(resource).length > 0
    ? byTag(resourceType, derivedId(source, controlId, place))
    : byIdentifier(resourceType, id, 'identifier');
}

/** A number without a system is the source's own number: named so, it stays the same thing in the next message. */
function withoutSystem(resource: FhirResource, source: SourceSettings): BusinessId | undefined {
  const bare = identifiersOf(resource).find(({ system, value, use }) => !system && Boolean(value) && use !== 'old');
  return bare?.value ? derivedId(source, resource.resourceType, bare.value) : undefined;
}

export const byIdentifier = (type: string, id: BusinessId, carriedBy: 'own' | 'identifier'): Identity => ({
  id,
  carriedBy,
  url: conditionalUrl(type, id),
});

const byTag = (type: string, id: BusinessId): Identity => ({
  id,
  carriedBy: 'tag',
  url: taggedUrl(type, id),
});
