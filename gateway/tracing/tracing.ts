/**
 * Spans of a message's way: `door` (arrival to answer), `map` (read, map, prove), `commit`, `deliver` (one attempt). A span
 * is handed on as a W3C `traceparent`, through the ledger too, so that one trace reaches from the caller's own span to the
 * receiver's answer. Where no tracing is given, nothing of this runs.
 */
import type { LogFields } from '../log.ts';

export type SpanName = 'door' | 'map' | 'commit' | 'deliver';

export interface Span {
  /** This span as the parent of what follows (W3C Trace Context §3.2). */
  readonly traceparent: string;
  /** What a log line may carry, a span may. */
  set(fields: LogFields): void;
  end(failed?: boolean): void;
}

export interface Tracing {
  /** `parent`: the traceparent it follows from; without one a trace begins. */
  start(name: SpanName, parent: string | null, fields?: LogFields): Span;
  /** Sends what is left, for a few seconds at most; never rejects. */
  stop(): Promise<void>;
}
