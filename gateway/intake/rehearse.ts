/**
 * A replay that sends nothing: what the current mapping makes of a message, against what was made of it before. It may be
 * asked of any message that was mapped and whose content is still there.
 */
import { differences, originIn, withOrigin, type Difference, type Origin } from '../flows/difference.ts';
import { thaw } from '../flows/thaw.ts';
import type { Rehearse } from '../http/deps.ts';
import type { Reader } from '../ledger/ledger.ts';
import type { RegionFile } from '../regions/region.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { readJson } from '../../profiles/json/read.ts';

export function createRehearsal(region: RegionFile, ledger: Reader): Rehearse {
  return async (messageId, { mapping }) => {
    const message = await ledger.message(messageId);
    if (message === null) return { ok: false, reason: 'not-found' };
    const [raw, mapped] = await Promise.all([ledger.raw(messageId), ledger.mapped(messageId)]);
    if (message.mapping === null) return not('it was never mapped');
    if (raw === null || mapped === null) return not('its content was destroyed');
    if (mapping === 'original') return { ok: true, difference: [] };
    const proved = thaw(region, message, raw);
    if (!proved.ok) return not(`the current mapping refuses it: ${proved.refusal.issues[0]?.text ?? ''}`);
    const sent = Buffer.from(mapped.bytes).toString('utf8');
    return { ok: true, difference: changes(sent, writeJson(proved.bundle), originIn(proved.mapped)) };
  };
}

const not = (text: string) => ({ ok: false, reason: 'not-replayable', text }) as const;

/** Both texts are our own: one that cannot be read is a bug. */
function parsed(text: string): unknown {
  const read = readJson(text);
  if (!read.ok) throw new Error('a stored Bundle that is not JSON');
  return read.value;
}

/**
 * Entries are told apart by what they are about (`fullUrl`), so that one entry more does not make all that follow it look
 * changed. Places are those of the Bundle as it was sent; of an entry that is new, as it is made now.
 */
function changes(sentText: string, madeText: string, origin: Origin): Difference[] {
  const sent = parsed(sentText) as Bundle;
  const made = parsed(madeText) as Bundle;
  const { entry: before = [], ...sentRest } = sent;
  const { entry: after = [], ...madeRest } = made;
  const found = withOrigin(differences(sentRest, madeRest, 'Bundle'), origin);
  before.forEach((entry, index) => {
    const at = after.findIndex(({ fullUrl }) => fullUrl === entry.fullUrl);
    const path = `Bundle.entry[${index}]`;
    if (at < 0) found.push({ path, expected: typeOf(entry), got: 'nothing' });
    else {
      const made = (place: string): string => place.replace(path, `Bundle.entry[${at}]`);
      found.push(...withOrigin(differences(entry, after[at], path), origin, made));
    }
  });
  after.forEach((entry, index) => {
    if (before.some(({ fullUrl }) => fullUrl === entry.fullUrl)) return;
    found.push({ path: `Bundle.entry[${index}]`, expected: 'nothing', got: typeOf(entry) });
  });
  return found;
}

interface Bundle {
  readonly entry?: readonly { readonly fullUrl: string; readonly resource?: { readonly resourceType: string } }[];
}

const typeOf = (entry: NonNullable<Bundle['entry']>[number]): string => entry.resource?.resourceType ?? 'an entry';
