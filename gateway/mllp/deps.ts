/** What the MLLP listener needs of the rest, and its bounds. */
import type { Clock } from '../clock.ts';
import type { Receive } from '../intake/receive.ts';
import type { Log } from '../log.ts';
import type { Tracing } from '../tracing/tracing.ts';

export interface MllpDeps {
  readonly receive: Receive;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Longest message taken, without its framing. */
  readonly maxBytes: number;
  /** A connection on which nothing happens for so long is closed. */
  readonly idleMs: number;
  /** So long a message waits for room, and its connection is not read from; then it is closed without an answer. */
  readonly roomMs: number;
  /** A peer that has begun a message and goes silent for so long is cut off. */
  readonly frameMs: number;
  readonly log: Log;
  readonly clock: Clock;
  /** Absent: no traces are kept. */
  readonly tracing?: Tracing | null;
}
