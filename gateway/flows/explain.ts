/** `explain`: every leaf of the output with its source, every filled source field that reached none, no values. */
import { explainBundle } from '../../mappings/bundle.ts';
import type { Mapped } from '../../mappings/mapping.ts';
import type { Explain, Explanation } from '../http/deps.ts';
import type { Reader } from '../ledger/ledger.ts';
import type { RegionFile } from '../regions/region.ts';
import { thaw } from './thaw.ts';

export const explanationOf = (mapped: Mapped): Explanation => {
  const values = explainBundle(mapped);
  return { mapping: { id: mapped.mapping.id, version: mapped.mapping.version }, values, unused: mapped.unused() };
};

export function createExplain(region: RegionFile, ledger: Reader): Explain {
  return async (messageId) => {
    const message = await ledger.message(messageId);
    if (message === null) return 'not-found';
    const raw = await ledger.raw(messageId);
    if (raw === null || message.mapping === null) return 'no-content';
    const proved = thaw(region, message, raw);
    return proved.ok ? explanationOf(proved.mapped) : 'no-content';
  };
}
