/**
 * What a sender says and a message is found by (control id, key, type). An index takes no more than a third of a page
 * (2704 bytes on PostgreSQL): one control id beyond that would fail the commit of everyone in it.
 */
import { createHash } from 'node:crypto';

/** UTF-16 units; of three bytes each in the worst case. */
const MOST = 512;
const SHOWN = 200;

/** Itself, or its beginning with the SHA-256 of the whole, so that no two become one. The raw message keeps the whole. */
export function indexed(text: string): string {
  if (text.length <= MOST) return text;
  const shown = text.slice(0, SHOWN).replace(/[\ud800-\udbff]$/, '');
  return `${shown}… sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export const indexedOrNull = (text: string | null): string | null => (text === null ? null : indexed(text));
