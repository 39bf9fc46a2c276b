/** The next `seq` of every numbered table, known for as long as the lock is held. */
import type { Op } from './redo.ts';
import type { Sent } from './wire.ts';

const KEEP = `INSERT INTO number (name, last, n) VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET last = excluded.last, n = number.n + excluded.n`;

export class Numbers {
  #last: Map<string, number>;

  constructor(rows: readonly { readonly name: string; readonly last: number }[]) {
    this.#last = new Map(rows.map(({ name, last }) => [name, last]));
  }

  next(table: string): number {
    const seq = (this.#last.get(table) ?? 0) + 1;
    this.#last.set(table, seq);
    return seq;
  }

  mark(): ReadonlyMap<string, number> {
    return new Map(this.#last);
  }

  /** What a unit took and did not use is given out again. */
  backTo(mark: ReadonlyMap<string, number>): void {
    this.#last = new Map(mark);
  }

  /** Where numbering goes on, and how many rows were really put. */
  statements(ops: readonly Op[]): readonly Sent[] {
    const put = new Map<string, number>();
    for (const op of ops) {
      if (op.kind === 'insert' && op.into.numbered) put.set(op.into.table, (put.get(op.into.table) ?? 0) + 1);
    }
    return [...put].map(([table, n]) => ({ sql: KEEP, values: [table, this.#last.get(table) ?? 0, n] }));
  }
}
