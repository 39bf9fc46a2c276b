/** Which wijkkliniek a transfer asks for: in `ServiceRequest.locationReference` and `Task.location`, by its region id. */
import type { Reference } from 'fhir/r4.js';
import { WK_BASE } from '../../profiles/canonical.ts';
import { constant, Leaf, region as fromRegion, type Draft } from '../draft.ts';
import type { PartyFacts, RegionFacts, WijkkliniekFacts } from '../mapping.ts';

/** Identifier system of a wijkkliniek; the value is its id in the region file. */
export const WIJKKLINIEK_SYSTEM = `${WK_BASE}/NamingSystem/wijkkliniek`;

export interface Destination {
  /** Id as asked for, or the region's only wijkkliniek; undefined when neither says. */
  readonly id: Leaf<string> | undefined;
  /** Absent when the region does not know the id (refused by the admission check) or there is no region. */
  readonly wijkkliniek: WijkkliniekFacts | undefined;
  /** The VVT that runs it. */
  readonly party: PartyFacts | undefined;
}

/** `asked` is what the message says at `path`; without it the region's own wijkkliniek, when it has just one. */
export function destinationOf(region: RegionFacts | null, asked: string | undefined, path: string): Destination {
  const known = region?.wijkklinieken ?? [];
  const wijkkliniek =
    asked === undefined ? (known.length === 1 ? known[0] : undefined) : known.find(({ id }) => id === asked);
  const party = region?.parties.find(({ id }) => id === wijkkliniek?.party);
  const rule = 'request.to';
  const id =
    asked !== undefined ? new Leaf(asked, { path: () => path }, rule) : wijkkliniek && fromRegion(wijkkliniek.id, rule);
  return { id, wijkkliniek, party };
}

/** The wijkkliniek as a Location known by identifier only. */
export function locationReference({ id }: Destination): Draft<Reference> | undefined {
  if (id === undefined) return undefined;
  return {
    type: constant('Location', 'request.to'),
    identifier: { system: constant(WIJKKLINIEK_SYSTEM, 'request.to'), value: id },
  };
}
