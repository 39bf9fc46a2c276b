/**
 * How a destination is asked, so that the same request taken twice has one effect: `idempotency` in the region file.
 * Made once, when the delivery is put in line: every attempt sends these bytes.
 */
import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import type { Destination } from '../regions/region.ts';

export type Asking = Extract<Destination, { protocol: 'fhir' }>['idempotency'];

const URN = 'urn:uuid:';

/** What has a status is an event that moves on; what has none is a person, an organisation, a place, a thing. */
const movesOn = (resource: FhirResource | undefined): boolean => resource !== undefined && 'status' in resource;

/** FHIR R4 http.html#ccreate, #update and #cond-update. The entries come as conditional updates, which stay as they are. */
function asked(entry: BundleEntry<FhirResource>, how: Asking): BundleEntry<FhirResource> {
  const { fullUrl, resource, request } = entry;
  const [type, condition] = request?.url.split('?') ?? [];
  if (type === undefined || condition === undefined || resource === undefined) return entry;
  switch (how) {
    case 'conditional-update':
      return entry;
    case 'conditional-create':
      return movesOn(resource) ? entry : { ...entry, request: { method: 'POST', url: type, ifNoneExist: condition } };
    case 'client-ids': {
      if (fullUrl?.startsWith(URN) !== true) return entry;
      // Derived from the business identifier (or keyed, in a notice): the id under which it can be read here too.
      const id = fullUrl.slice(URN.length);
      return { ...entry, resource: { ...resource, id }, request: { method: 'PUT', url: `${type}/${id}` } };
    }
    case 'header':
    case 'none':
      return { ...entry, request: { method: 'POST', url: type } };
  }
}

/** The transaction as this destination is asked to carry it out; references within it stay. */
export const askedOf = (bundle: Bundle<FhirResource>, how: Asking): Bundle<FhirResource> => ({
  ...bundle,
  entry: (bundle.entry ?? []).map((entry) => asked(entry, how)),
});
