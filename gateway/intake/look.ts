/**
 * All that comes before the commit: who sends, what it is, is it mapped and proved. It has no side effects and asks nobody,
 * so it may be done in any thread (look-here.ts, look-aside.ts).
 */
import type { Message } from '../../mappings/hl7v2/message.ts';
import { readArrival, type Reading } from '../flows/reading.ts';
import { kindAt } from '../flows/thaw.ts';
import type { Seal } from '../ledger/seal.ts';
import type { Refusal } from '../refusal.ts';
import type { Source } from '../regions/region.ts';
import { identifySource, type Asking } from './identify.ts';
import { judge, type Judged, type Stamp, type Taken } from './judge.ts';
import type { Looking } from './receive.ts';

export interface LookDeps extends Asking {
  readonly seal: Pick<Seal, 'seal'>;
}

/** `source`: its id in the region. */
export type Looked =
  | { readonly ok: true; readonly source: string; readonly judged: Judged; readonly sealed: SealedContents }
  | { readonly ok: false; readonly refusal: Refusal };

/** What will be stored, as the ledger keeps it: sealing costs as much as a commit, and needs not wait for one. */
export interface SealedContents {
  readonly raw: Uint8Array;
  /** Null when nothing was mapped. */
  readonly mapped: Uint8Array | null;
}

/** Answers come in the order of asking; rejects only for a bug, or when the thread that looked is gone. */
export type Look = (arrival: Looking, stamp: Stamp) => Promise<Looked>;

/** Superset of ASCII that decodes anything: enough to read MSH-3, MSH-4 and MSH-18 before the source is known. */
const ANY_CHARSET = '8859/1';

export function look(asking: LookDeps, arrival: Looking, stamp: Stamp): Looked {
  const kind = kindAt(arrival.door, arrival.mediaType);
  const first = kind === 'hl7v2' || arrival.tooLarge !== true ? readArrival(arrival.bytes, kind, ANY_CHARSET) : null;
  const found = identifySource(asking, arrival.door, arrival.credentials, first === null ? null : headerOf(first));
  if (!found.ok) return found;
  const { source } = found;
  const reading = first === null ? null : rereadInCharset(first, arrival, source);
  const judged = judge(asking.region, arrival, source, reading, stamp);
  const { outcome } = judged;
  const seal = (kind: string, bytes: Uint8Array): Uint8Array => asking.seal.seal(kind, stamp.messageId, bytes);
  const mapped = outcome.ok && outcome.clear !== null ? seal('mapped', outcome.clear.bytes) : null;
  const needed = outcome.ok && !isLookedInto(outcome) ? { ...judged, outcome: { ...outcome, clear: null } } : judged;
  return { ok: true, source: source.id, judged: needed, sealed: { raw: seal('raw', arrival.bytes), mapped } };
}

/** What the commit must know of the output: whom a transfer asks, where a discharge sends, what is changed. */
const isLookedInto = ({ flow, change }: Taken): boolean =>
  flow === 'transfer-request' || flow === 'discharge' || change !== null;

/** An HL7 v2 message, or its header, when one could be read. */
const headerOf = (reading: Reading): Message | null =>
  reading.ok ? (reading.kind === 'hl7v2' ? reading.message : null) : reading.header;

/** The first look was in a charset that takes any byte; where MSH-18 is empty the source's own decides. */
function rereadInCharset(first: Reading, arrival: Looking, source: Source): Reading {
  const header = headerOf(first);
  if (header === null || header.header.at(18).text !== '' || source.charset === ANY_CHARSET) return first;
  if (arrival.bytes.every((byte) => byte < 0x80)) return first;
  return readArrival(arrival.bytes, 'hl7v2', source.charset);
}
