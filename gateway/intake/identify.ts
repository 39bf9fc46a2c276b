/** Which source of the region a caller is: by key, by name in the sandbox, or by MSH-3/MSH-4. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Message } from '../../mappings/hl7v2/message.ts';
import type { Door } from '../ledger/ledger.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { RegionFile, Source } from '../regions/region.ts';
import { partyOf } from '../regions/load.ts';
import type { Credentials } from './receive.ts';

export type SourceFound =
  { readonly ok: true; readonly source: Source } | { readonly ok: false; readonly refusal: Refusal };

type SourceDoor = Source['doors'][number];
const DOOR: Record<Door, SourceDoor> = {
  fhir: 'fhir',
  'process-message': 'fhir',
  transfers: 'transfers',
  hl7v2: 'hl7v2',
  mllp: 'mllp',
};

export interface Asking {
  readonly region: RegionFile;
  readonly secret: (envName: string) => string | undefined;
}

const refused = (kind: 'unknown-sender' | 'not-allowed', text: string, expression = 'Authorization'): SourceFound => ({
  ok: false,
  refusal: refuse(kind, {
    code: kind === 'unknown-sender' ? 'login' : 'forbidden',
    expression,
    text,
    rule: kind,
  }),
});

const sameKey = (given: string, known: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(known));
};

/**
 * `preferred` is the kind of party an unnamed caller of an open door is taken for: the hospital, but the VVT where a
 * Task is answered. `message` narrows HL7 v2 sources by their `match`.
 */
export function identifySource(
  { region, secret }: Asking,
  door: Door,
  credentials: Credentials,
  message: Message | null,
  preferred: 'hospital' | 'vvt' = 'hospital',
): SourceFound {
  const wanted = DOOR[door];
  if (credentials.bearer !== null) {
    const { bearer } = credentials;
    const known = region.sources.filter(
      ({ auth }) => auth.kind === 'api-key' && sameKey(bearer, secret(auth.keyEnv) ?? ''),
    );
    if (known.length === 0) return refused('unknown-sender', 'no source has this key');
    const allowed = known.filter(({ doors }) => doors.includes(wanted));
    if (allowed.length === 0) return refused('not-allowed', 'this source may not use this door');
    return matching(allowed, message);
  }
  const open = region.sources.filter(({ auth, doors }) => auth.kind === 'none' && doors.includes(wanted));
  if (open.length === 0) return refused('unknown-sender', 'a key is needed here');
  if (!credentials.loopback) return refused('not-allowed', 'a source without a key may call over loopback only');
  if (credentials.xSource !== null) {
    const named = region.sources.find(({ id }) => id === credentials.xSource);
    if (named?.auth.kind !== 'none') return refused('unknown-sender', 'no open source of that name', 'X-Source');
    if (!named.doors.includes(wanted)) return refused('not-allowed', 'this source may not use this door', 'X-Source');
    return { ok: true, source: named };
  }
  const isLiked = ({ party }: Source): boolean => partyOf(region, party).kind === preferred;
  const liked = open.filter(isLiked);
  // What an HL7 v2 message says of its sender counts for more than which kind of partner usually calls.
  if (message !== null) return matching([...liked, ...open.filter((source) => !isLiked(source))], message);
  return matching(liked.length > 0 ? liked : open, message);
}

/** The most specific `match` first; a source without one takes any message. */
function matching(sources: readonly Source[], message: Message | null): SourceFound {
  const weight = ({ match }: Source): number =>
    (match?.sendingApplication === undefined ? 0 : 2) + (match?.sendingFacility === undefined ? 0 : 1);
  const sorted = [...sources].sort((a, b) => weight(b) - weight(a));
  const found =
    message === null
      ? sorted.at(-1)
      : sorted.find(({ match }) => {
          const says = (field: number, wanted: string | undefined): boolean =>
            wanted === undefined || message.header.at(field, 1).text === wanted;
          return says(3, match?.sendingApplication) && says(4, match?.sendingFacility);
        });
  return found === undefined
    ? refused('unknown-sender', 'no source has this sending application and facility', 'MSH-3')
    : { ok: true, source: found };
}
