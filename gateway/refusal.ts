/**
 * A refusal is a value: the closed list of what can be wrong with an arriving message (CONTRACT, "what is wrong"), and
 * the one place where it is turned into each protocol's words.
 */
import type { Issue } from '../profiles/issue.ts';

export type RefusalKind =
  | 'unreadable'
  | 'too-large'
  | 'unknown-sender'
  | 'not-allowed'
  | 'no-flow'
  | 'rule'
  | 'conflict'
  | 'busy'
  | 'unavailable';

export interface Refusal {
  readonly kind: RefusalKind;
  /** At least one; the first is the one an acknowledgement quotes. Located, never with an identifying value. */
  readonly issues: readonly Issue[];
  /** HL7 table 0357, where the kind alone does not tell (no-flow: 200 type, 201 event, 202 processing id; rule: 101 …). */
  readonly table0357?: string;
}

interface Words {
  readonly httpStatus: number;
  /** MSA-1 in original mode; null: no acknowledgement, the connection is closed. */
  readonly ackCode: 'AR' | 'AE' | null;
  readonly table0357: string;
  /** Kept in the ledger as a refused message with its raw bytes, and counted by reconciliation. */
  readonly kept: boolean;
}

const WORDS: Record<RefusalKind, Words> = {
  unreadable: { httpStatus: 400, ackCode: 'AR', table0357: '100', kept: true },
  'too-large': { httpStatus: 413, ackCode: 'AR', table0357: '207', kept: true },
  'unknown-sender': { httpStatus: 401, ackCode: 'AR', table0357: '207', kept: false },
  'not-allowed': { httpStatus: 403, ackCode: 'AR', table0357: '207', kept: false },
  'no-flow': { httpStatus: 404, ackCode: 'AR', table0357: '200', kept: true },
  rule: { httpStatus: 422, ackCode: 'AE', table0357: '102', kept: true },
  conflict: { httpStatus: 409, ackCode: 'AR', table0357: '205', kept: true },
  busy: { httpStatus: 503, ackCode: null, table0357: '207', kept: false },
  unavailable: { httpStatus: 503, ackCode: null, table0357: '207', kept: false },
};

export const wordsOf = (refusal: Refusal): Words => ({
  ...WORDS[refusal.kind],
  ...(refusal.table0357 === undefined ? {} : { table0357: refusal.table0357 }),
});

/** A refusal with one issue. */
export function refuse(kind: RefusalKind, issue: Omit<Issue, 'severity'>, table0357?: string): Refusal {
  return {
    kind,
    issues: [{ severity: 'error', ...issue }],
    ...(table0357 === undefined ? {} : { table0357 }),
  };
}
