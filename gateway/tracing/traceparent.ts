/** The name of a trace, as it travels (W3C Trace Context §3.2). */
import { randomFillSync } from 'node:crypto';

const BYTES = 24;
/** Random bytes, drawn many at a time. */
const pool = Buffer.alloc(BYTES * 128);
let used = pool.length;

/** A sampled trace of our own, where the caller brought none. */
export function newTraceparent(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, (used += BYTES));
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}
