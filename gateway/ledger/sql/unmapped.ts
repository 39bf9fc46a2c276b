/** Codes that came without a translation, one row for each code of a source. */
import type { UntranslatedCode } from '../../../mappings/mapping.ts';
import type { Instant, Page, Reader, UnmappedCode } from '../ledger.ts';
import { bytesOf, into, type Value } from './db.ts';
import { page, readCursor } from './cursor.ts';
import { instant, millis } from './instant.ts';
import type { Store } from './store.ts';

interface UnmappedRow {
  readonly seq: number;
  readonly hash: string;
  readonly source: string;
  readonly n: number;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly sealed: Uint8Array | ArrayBuffer;
}

const AGAIN = `UPDATE unmapped SET n = n + 1, last_seen = CASE WHEN last_seen < ?1 THEN ?1 ELSE last_seen END
  WHERE hash = ?2`;
const PUT = into('unmapped', ['hash', 'source', 'n', 'first_seen', 'last_seen', 'sealed'], { numbered: true });

/** One message's codes: each counts once, however often the message says it. */
export async function countUnmapped(
  store: Store,
  source: string,
  codes: readonly UntranslatedCode[],
  at: Instant,
): Promise<void> {
  const { db, seal } = store;
  const seen = millis(at);
  for (const [hash, code] of new Map(codes.map((code) => [hashOf(store, source, code), code]))) {
    if ((await db.run(AGAIN, seen, hash)) > 0) continue;
    const sealed = seal.seal('unmapped', hash, Buffer.from(JSON.stringify(code)));
    await db.insert(PUT, hash, source, 1, seen, seen, sealed);
  }
}

/** A `|` within a part is escaped, so that no two codes read the same. */
const hashOf = ({ seal }: Store, source: string, { system, code }: UntranslatedCode): string =>
  seal.hash(['unmapped', source, system, code].map(encodeURIComponent).join('|'));

/** The newest found first: an order that counting on does not change between two pages. */
export async function findUnmapped(
  { db, seal }: Store,
  filter: Parameters<Reader['unmapped']>[0],
): Promise<Page<UnmappedCode>> {
  const where: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, value: Value): void => {
    where.push(condition);
    values.push(value);
  };
  if (filter.source !== undefined) add('source = ?', filter.source);
  if (filter.cursor !== undefined) add('seq < ?', readCursor(filter.cursor)[0]);
  const rows = await db.all<UnmappedRow>(
    `SELECT * FROM unmapped ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY seq DESC LIMIT ?`,
    ...values,
    filter.limit + 1,
  );
  const show = (row: UnmappedRow): UnmappedCode => {
    const { system, code, text } = JSON.parse(
      seal.open('unmapped', row.hash, bytesOf(row.sealed)).toString(),
    ) as UntranslatedCode;
    const { source, n: count } = row;
    return { source, system, code, text, count, firstSeen: instant(row.first_seen), lastSeen: instant(row.last_seen) };
  };
  return page(rows, filter.limit, show, ({ seq }) => [seq, seq]);
}
