/** Reads a region file and checks what its schema cannot say; every fault at once, by path. */
import type { ReferralFields, RegionFacts, SourceSettings } from '../../mappings/mapping.ts';
import { readOwnCodes } from './concept-maps.ts';
import { nameFaults, shapeFaults, type RegionFault } from './faults.ts';
import {
  regionSchema,
  type Destination,
  type Flow,
  type PartyKind,
  type RegionFile,
  type Source,
  type Wijkkliniek,
} from './region.ts';

export type { RegionFault } from './faults.ts';

export type RegionRead =
  { readonly ok: true; readonly region: RegionFile } | { readonly ok: false; readonly faults: readonly RegionFault[] };

/** `beside`: the text of a file beside the region file, null when it cannot be read. */
export function readRegion(text: string, beside: (path: string) => string | null = () => null): RegionRead {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, faults: [{ path: '(root)', text: 'not readable as JSON' }] };
  }
  const read = regionSchema.safeParse(json);
  const faults = [
    ...(read.success ? [] : read.error.issues.flatMap((issue) => shapeFaults(issue))),
    ...nameFaults(json),
  ];
  if (!read.success || faults.length > 0) return { ok: false, faults };
  const region = read.data;
  const sources = region.sources.map((source, at): Source => {
    if (source.conceptMaps.length === 0) return source;
    const found = readOwnCodes(source.conceptMaps, sourceSettings(region, source), beside);
    faults.push(...found.faults.map(({ path, text }) => ({ path: `sources[${at}].${path}`, text })));
    return { ...source, ownCodes: found.codes };
  });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, region: { ...region, sources } };
}

/** Keys the region file names by environment variable and that are not set. */
export function missingSecrets(region: RegionFile, secret: (envName: string) => string | undefined): RegionFault[] {
  const faults: RegionFault[] = [];
  const check = (path: string, auth: { readonly kind?: string; readonly keyEnv?: string | undefined }): void => {
    if (auth.keyEnv !== undefined && (secret(auth.keyEnv) ?? '') === '') {
      faults.push({ path, text: `the environment variable ${auth.keyEnv} is not set` });
    }
  };
  region.sources.forEach((source, index) => {
    check(`sources[${index}].auth.keyEnv`, source.auth);
  });
  const { webhook } = region.alarms;
  for (const name of ['urlEnv', 'keyEnv'] as const) check(`alarms.webhook.${name}`, { keyEnv: webhook?.[name] });
  region.destinations.forEach((destination, index) => {
    if (destination.protocol === 'fhir') check(`destinations[${index}].auth.keyEnv`, destination.auth);
  });
  return faults;
}

export const wijkkliniekenOf = (region: RegionFile): readonly Wijkkliniek[] =>
  Array.isArray(region.wijkkliniek) ? region.wijkkliniek : [region.wijkkliniek];

/** Kind of the party a source, destination or wijkkliniek belongs to. */
export const partyOf = (region: RegionFile, partyId: string): RegionFile['parties'][number] => {
  const party = region.parties.find(({ id }) => id === partyId);
  if (party === undefined) throw new Error(`region ${region.id} has no party ${partyId}`);
  return party;
};

/**
 * Where a flow goes for a kind of party; null: nowhere configured. With `party`, what is configured gives way to that
 * party's own destination when it is another's: of two VVTs each gets its own patients.
 */
export function destinationFor(region: RegionFile, kind: PartyKind, flow: Flow, party?: string): Destination | null {
  const target = region.deliver[kind];
  const id = typeof target === 'string' ? target : (target?.[flow] ?? target?.default);
  const configured = region.destinations.find((destination) => destination.id === id) ?? null;
  if (configured === null || party === undefined || configured.party === party) return configured;
  return region.destinations.find((destination) => destination.party === party) ?? configured;
}

/** The party that runs a wijkkliniek; undefined when the region no longer has it. */
export const hostOf = (region: RegionFile, wijkkliniek: string): string | undefined =>
  wijkkliniekenOf(region).find(({ id }) => id === wijkkliniek)?.party;

/** What the mappings may know of a region. */
export function regionFacts(region: RegionFile): RegionFacts {
  return {
    id: region.id,
    parties: region.parties.map(({ id, kind, name, ura, agb }) => ({
      id,
      kind,
      name,
      ...(ura === undefined ? {} : { ura }),
      ...(agb === undefined ? {} : { agb }),
    })),
    wijkklinieken: wijkkliniekenOf(region),
  };
}

/** What the mappings may know of a source. */
export function sourceSettings(region: RegionFile, source: Source): SourceSettings {
  const { id, name, ura, agb } = partyOf(region, source.party);
  return {
    id: source.id,
    timezone: source.timezone,
    charset: source.charset,
    codeSystems: source.codeSystems,
    ...(source.ownCodes === undefined ? {} : { ownCodes: source.ownCodes }),
    ...(source.referral === undefined ? {} : { referral: definedOnly(source.referral) }),
    party: { id, name, ...(ura === undefined ? {} : { ura }), ...(agb === undefined ? {} : { agb }) },
  };
}

/** An option that was left out is absent, not undefined. */
const definedOnly = ({ tier, roles }: NonNullable<Source['referral']>): ReferralFields => ({
  ...(tier === undefined ? {} : { tier }),
  ...(roles === undefined ? {} : { roles }),
});
