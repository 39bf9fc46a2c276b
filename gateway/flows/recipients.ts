/** Who receives a flow (CONTRACT §4), by who sends it, and through which of the region's destinations. */
import type { Destination, Flow, PartyKind, RegionFile } from '../regions/region.ts';
import { destinationFor } from '../regions/load.ts';
import { isWrittenAsV2 } from './as-v2.ts';

/** Kinds of parties a flow is for; never the sender's own side. */
export function recipientsOf(flow: Flow, sender: PartyKind): readonly PartyKind[] {
  switch (flow) {
    case 'transfer-request':
    case 'lab-result':
    case 'medication':
    case 'patient-admin':
      return ['vvt'];
    case 'transfer-update':
    case 'order':
    case 'co-treatment':
      return sender === 'vvt' ? ['hospital'] : ['vvt'];
    case 'observation':
      return ['hospital'];
    case 'discharge':
      return ['gp', 'pharmacy', 'home-care', 'hospital'];
  }
}

/**
 * The destinations of a flow: all that take FHIR, and those that speak HL7 v2 alone where the flow is written as HL7 v2
 * too. `hosts`: the VVTs where the patient is, when there are several.
 */
export function destinationsOf(
  region: RegionFile,
  flow: Flow,
  sender: PartyKind,
  hosts: readonly string[] = [],
): readonly Destination[] {
  const found = recipientsOf(flow, sender).flatMap((kind) =>
    (kind === 'vvt' && hosts.length > 0 ? hosts : [undefined]).flatMap((party) => {
      const destination = destinationFor(region, kind, flow, party);
      return destination !== null && (destination.protocol === 'fhir' || isWrittenAsV2(flow)) ? [destination] : [];
    }),
  );
  return found.filter(({ id }, index) => found.findIndex((other) => other.id === id) === index);
}

/** Kind of the party behind a source; the hospital when the region no longer has it. */
export const senderKind = (region: RegionFile, sourceId: string): PartyKind => {
  const party = region.sources.find(({ id }) => id === sourceId)?.party;
  return region.parties.find(({ id }) => id === party)?.kind ?? 'hospital';
};
