/** `--region FILE` and `--source ID`: what a message is mapped for; without them, no coalition is known. */
import { readFile } from 'node:fs/promises';
import { ANY_SOURCE, type MappingContext } from '../../mappings/mapping.ts';
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { identifySource } from '../intake/identify.ts';
import { filesBeside, packagesBeside } from '../regions/beside.ts';
import { partyOf, readRegion, regionFacts, sourceSettings } from '../regions/load.ts';
import type { PartyKind, RegionFile, Source } from '../regions/region.ts';
import { say } from './print.ts';
import type { InputMessage } from './input.ts';

export interface RegionOptions {
  readonly region?: string;
  readonly source?: string;
}

export interface MappedFor {
  readonly context: MappingContext;
  readonly sender: PartyKind | null;
  readonly processing: string | undefined;
}

/** Reads the region file; null after saying what is wrong with it. */
export async function openRegion(options: RegionOptions): Promise<RegionFile | 'none' | null> {
  if (options.region === undefined) return 'none';
  let text: string;
  try {
    text = await readFile(options.region, 'utf8');
  } catch {
    say(`cannot read the region file ${options.region}`);
    return null;
  }
  const read = readRegion(text, filesBeside(options.region));
  if (!read.ok) {
    for (const fault of read.faults) say(`${options.region}: ${fault.path}: ${fault.text}`);
    return null;
  }
  if (options.source !== undefined && !read.region.sources.some(({ id }) => id === options.source)) {
    const ids = read.region.sources.map(({ id }) => id).join(', ');
    say(`${options.region} has no source ${options.source}; it has ${ids}`);
    return null;
  }
  return packagesBeside(options.region, read.region);
}

export function mappedFor(region: RegionFile | 'none', options: RegionOptions, message: InputMessage): MappedFor {
  if (region === 'none') {
    const source = options.source === undefined ? ANY_SOURCE : { ...ANY_SOURCE, id: options.source };
    return { context: { source, region: null }, sender: null, processing: undefined };
  }
  const source = sourceFor(region, options, message);
  if (source === undefined) {
    say(`${message.place}: no source of region ${region.id} sends this: the usual settings are taken; try --source`);
    return { context: { source: ANY_SOURCE, region: regionFacts(region) }, sender: null, processing: undefined };
  }
  return {
    context: { source: sourceSettings(region, source), region: regionFacts(region) },
    sender: partyOf(region, source.party).kind,
    processing: source.processing,
  };
}

/** The source named, else the one this message would be taken to come from at its door. */
function sourceFor(region: RegionFile, options: RegionOptions, { kind, bytes }: InputMessage): Source | undefined {
  if (options.source !== undefined) return region.sources.find(({ id }) => id === options.source);
  if (kind !== 'hl7v2') {
    const door = kind === 'transfer' ? 'transfers' : 'fhir';
    return region.sources.find(
      ({ doors, party }) => doors.includes(door) && partyOf(region, party).kind === 'hospital',
    );
  }
  const parsed = parseMessage(bytes, '8859/1');
  // Any key will do here: nothing is sent, only the source's settings are wanted.
  const open = { ...region, sources: region.sources.map((source) => ({ ...source, auth: { kind: 'none' as const } })) };
  const found = identifySource(
    { region: open, secret: () => undefined },
    'hl7v2',
    { bearer: null, xSource: null, loopback: true },
    parsed.ok ? parsed.message : parsed.header,
  );
  return found.ok ? region.sources.find(({ id }) => id === found.source.id) : undefined;
}
