/**
 * What the units of a turn changed, in order, and how it is sent: rows put one after another go to each table in as few
 * statements as possible, and nothing waits for the answer of what went before it.
 */
import type { Among, Into, Value } from '../sql/db.ts';
import { multiRow } from './dialect.ts';
import type { Sent } from './wire.ts';

export type Op =
  | { readonly kind: 'insert'; readonly into: Into; readonly values: readonly Value[] }
  | { readonly kind: 'change'; readonly sql: string; readonly values: readonly Value[] };

/** So few sizes that every statement is soon prepared. */
const MOST_ROWS = 64;

function statementsOf(rows: ReadonlyMap<Into, readonly (readonly Value[])[]>): Sent[] {
  return [...rows].flatMap(([into, all]) => {
    const sent: Sent[] = [];
    for (let from = 0; from < all.length;) {
      const rest = all.length - from;
      const size = Math.min(MOST_ROWS, 2 ** Math.floor(Math.log2(rest)));
      sent.push({ sql: multiRow(into, size), values: all.slice(from, from + size).flat() });
      from += size;
    }
    return sent;
  });
}

/** In an order that changes nothing: rows put between two other changes do not depend on each other. */
export function grouped(ops: readonly Op[]): Sent[] {
  const sent: Sent[] = [];
  let rows = new Map<Into, (readonly Value[])[]>();
  for (const op of ops) {
    if (op.kind === 'insert') {
      const of = rows.get(op.into);
      if (of) of.push(op.values);
      else rows.set(op.into, [op.values]);
      continue;
    }
    sent.push(...statementsOf(rows), op);
    rows = new Map();
  }
  return [...sent, ...statementsOf(rows)];
}

/** Whether something put, or any other change, could be among the rows a statement looks for. */
export function couldBe(ops: readonly Op[], { table, column, value }: Among): boolean {
  return ops.some((op) => {
    if (op.kind === 'change') return true;
    if (op.into.table !== table) return false;
    if (column === undefined) return true;
    const at = op.into.columns.indexOf(column) + (op.into.numbered ? 1 : 0);
    return op.values[at] === value;
  });
}
