/** From segments to bytes, or to where every cell of them came from. */
import type { Issue } from '../../../profiles/issue.ts';
import type { Traced } from '../../draft.ts';
import { unencodable, type Charset } from '../charset.ts';
import { encodeMessage } from '../encode.ts';
import type { SheetSegment } from './sheet.ts';

const USUAL = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' } as const;

/** Names of the segments with their count where there are several: `OBX[2]`. */
function* named(segments: readonly SheetSegment[]): Generator<readonly [string, SheetSegment]> {
  const counts = new Map<string, number>();
  const totals = new Map<string, number>();
  for (const { name } of segments) totals.set(name, (totals.get(name) ?? 0) + 1);
  for (const segment of segments) {
    const { name } = segment;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    yield [totals.get(name) === 1 ? name : `${name}[${count}]`, segment];
  }
}

/**
 * The bytes. A character the receiver's set lacks is refused, each at its place: a name that arrives with a `?` in it is
 * another name. Composed characters are tried before (`e` and an acute are one `é`).
 */
export function encodeSheet(
  segments: readonly SheetSegment[],
  charset: Charset,
): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  for (const [name, segment] of named(segments)) {
    for (const { at, leaf } of segment.cells()) {
      const lacking = unencodable(leaf.value, charset);
      if (lacking === undefined) continue;
      const code = `U+${(lacking.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
      const text = `character ${code} for ${name}-${at} is not in the receiver's character set ${charset}`;
      issues.push({ severity: 'error', code: 'not-supported', expression: leaf.place.path(), text, rule: 'charset' });
    }
  }
  if (issues.length > 0) return { ok: false, issues };
  const drafts = segments.map((segment) => segment.draft());
  return { ok: true, bytes: encodeMessage({ delimiters: USUAL, charset, segments: drafts }) };
}

/** Every cell with its source, in the order of the message. */
export const traceSheet = (segments: readonly SheetSegment[]): Traced[] =>
  [...named(segments)].flatMap(([name, segment]) =>
    segment.cells().map(({ at, leaf: { place, rule, terminology = null } }) => ({
      path: `${name}-${at}`,
      source: place.path(),
      rule,
      terminology,
    })),
  );
