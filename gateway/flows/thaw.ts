/** A stored message read and mapped once more, by the current mapping: for replay and explain. */
import type { Content, Door, StoredMessage } from '../ledger/ledger.ts';
import { refuse } from '../refusal.ts';
import { partyOf, regionFacts, sourceSettings } from '../regions/load.ts';
import type { RegionFile } from '../regions/region.ts';
import { prove, type ProvedOrNot } from './prove.ts';
import { readArrival, type Kind } from './reading.ts';
import { formOf } from './tree.ts';

/** What arrives at each door. */
const KIND_AT: Readonly<Record<Door, Kind>> = {
  fhir: 'fhir',
  'process-message': 'fhir',
  transfers: 'transfer',
  hl7v2: 'hl7v2',
  mllp: 'hl7v2',
};

/** At a FHIR door the media type tells the form. */
export const kindAt = (door: Door, mediaType: string): Kind =>
  KIND_AT[door] === 'fhir' && formOf(mediaType) === 'xml' ? 'fhir-xml' : KIND_AT[door];

export function thaw(region: RegionFile, message: StoredMessage, raw: Content): ProvedOrNot {
  const source = region.sources.find(({ id }) => id === message.source);
  if (source === undefined) {
    const text = 'its source is no longer in the region file';
    return {
      ok: false,
      flow: null,
      refusal: refuse('no-flow', { code: 'not-found', expression: '', text, rule: 'source' }),
    };
  }
  const reading = readArrival(raw.bytes, kindAt(message.door, raw.mediaType), source.charset);
  if (!reading.ok) return { ok: false, flow: null, refusal: reading.refusal };
  const taskId = message.task?.slice('Task/'.length);
  const context = {
    source: sourceSettings(region, source),
    region: regionFacts(region),
    ...(taskId === undefined ? {} : { taskId }),
    ...(region.provenance ? { receivedAt: message.receivedAt } : {}),
  };
  return prove(reading, context, partyOf(region, source.party).kind, source.processing);
}
