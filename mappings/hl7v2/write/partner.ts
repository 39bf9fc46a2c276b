/** What a message written for a partner must know of that partner, and of this one message. Pure data. */
import { constant, region, type Leaf } from '../../draft.ts';
import type { Charset } from '../charset.ts';
import type { Entries } from './entries.ts';
import { rep, SheetSegment } from './sheet.ts';
import { writeTime } from '../time.ts';

export interface V2Partner {
  /** Party of the region that receives; null without a region. Numbers it gave itself go back as it gave them. */
  readonly party: string | null;
  /** MSH-12: `2.4` to `2.8`. */
  readonly version: string;
  /** MSH-18. */
  readonly charset: Charset;
  /** IANA zone its times are written in, each with its offset. */
  readonly timezone: string;
  /** Its names of coding systems, to the URI they stand for. */
  readonly codeSystems: Readonly<Record<string, string>>;
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly receivingApplication?: string;
  readonly receivingFacility?: string;
}

/** Anyone, in the words of the standard. */
export const ANY_PARTNER: V2Partner = {
  party: null,
  version: '2.5',
  charset: 'UNICODE UTF-8',
  timezone: 'Europe/Amsterdam',
  codeSystems: {},
  sendingApplication: 'WIJKKLINIEK-GATEWAY',
  sendingFacility: 'local',
};

/** What is this message's alone, laid down when the delivery is made. */
export interface V2Stamp {
  /** MSH-10, at most 20 characters. */
  readonly controlId: string;
  /** MSH-7: an ISO 8601 instant. */
  readonly at: string;
}

/** What every part of a message that is being written shares. */
export interface Writing {
  readonly entries: Entries;
  readonly partner: V2Partner;
  readonly stamp: V2Stamp;
}

/** True from version major.minor on. */
export function since({ version }: V2Partner, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) => text.split('.').map(Number));
  for (const [index, part] of (b ?? []).entries()) {
    const own = a?.[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

const RULE = 'write.msh';

/** When this message is made, to the second. */
export const nowOf = ({ stamp, partner }: Pick<Writing, 'stamp' | 'partner'>, rule: string): Leaf<string> =>
  constant(writeTime(stamp.at, partner.timezone).replace(/\.\d+/, ''), rule);

/** MSH-15 and -16 stay empty: original mode, in which every receiver answers with AA, AE or AR. */
export function header(
  { partner, stamp }: Writing,
  [type, event, structure]: readonly [string, string, string],
): SheetSegment {
  const own = (text: string | undefined): Leaf<string> | undefined =>
    text === undefined ? undefined : region(text, RULE);
  return new SheetSegment('MSH', {
    3: own(partner.sendingApplication),
    4: own(partner.sendingFacility),
    5: own(partner.receivingApplication),
    6: own(partner.receivingFacility),
    7: nowOf({ partner, stamp }, RULE),
    9: rep(constant(type, RULE), constant(event, RULE), constant(structure, RULE)),
    10: constant(stamp.controlId, RULE),
    11: constant('P', RULE),
    12: own(partner.version),
    17: constant('NLD', RULE),
    18: own(partner.charset),
  });
}
