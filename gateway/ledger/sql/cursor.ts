/** Where a page ended, opaque to who asked. */
import { UnreadableCursor } from '../ledger.ts';
import type { Page } from '../ledger.ts';

export type Place = readonly [number, number | string];

function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

export function readCursor(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.length === 2) {
      const [first, second] = place as unknown[];
      if (Number.isSafeInteger(first) && (typeof second === 'string' || Number.isSafeInteger(second))) {
        return [first as number, second as number | string];
      }
    }
  } catch {
    // Not even JSON: the same answer.
  }
  throw new UnreadableCursor('cursor');
}

/** One row more than the page was asked for, to know whether there is a next page. */
export function page<Row, T>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => T,
  placeOf: (row: Row) => Place,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(show), next: rows.length > limit && last ? writeCursor(placeOf(last)) : null };
}
