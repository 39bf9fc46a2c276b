/** What a sender gets and what it may answer: one shape for every protocol, so that the verdict stays pure. */
import type { Claimed } from '../../gateway/ledger/ledger.ts';

/** The receiver's own words about a refusal, already masked and short. */
export interface Explanation {
  readonly code: string | null;
  readonly text: string | null;
}

export type AttemptResult =
  | {
      readonly kind: 'http';
      readonly status: number;
      /** `Retry-After` as sent: seconds or an HTTP date (RFC 9110 §10.2.3). */
      readonly retryAfter: string | null;
      readonly explanation: Explanation | null;
    }
  | {
      readonly kind: 'ack';
      /** MSA-1, HL7 table 0008. */
      readonly code: 'AA' | 'CA' | 'AE' | 'CE' | 'AR' | 'CR';
      readonly explanation: Explanation | null;
      /** HL7 table 0357 of the first error, when the acknowledgement names one. */
      readonly table0357: string | null;
    }
  | {
      readonly kind: 'fault';
      /** Node's error code (`ECONNREFUSED`) or a word of ours (`timeout`, `no-control-id`). */
      readonly code: string;
      readonly text: string;
      /** The request may have reached the receiver: whether it took effect is unknown. */
      readonly sent: boolean;
      /** Trying the same bytes again cannot help. */
      readonly permanent?: true;
    };

export interface Sender {
  /** Never rejects for what a partner or the network does; a rejection is a bug. Aborting counts as a fault. */
  send(delivery: Claimed, signal: AbortSignal): Promise<AttemptResult>;
  /** Reads the credential afresh; called once after a 401 or 403. */
  renew(): void;
  close(): void;
}
