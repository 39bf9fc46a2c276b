/**
 * What the HTTP doors need of the rest of the gateway. They know express and the wire; everything that decides is behind
 * these functions.
 */
import type { Router } from 'express';
import type { Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Difference } from '../flows/difference.ts';
import type { Check } from '../conformance/start.ts';
import type { Credentials, Receive } from '../intake/receive.ts';
import type { Instant, Ledger, MessageFilter, Page, Reader } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import type { Refusal } from '../refusal.ts';
import type { RegionFile } from '../regions/region.ts';
import type { Tracing } from '../tracing/tracing.ts';

export interface HttpDeps {
  readonly receive: Receive;
  readonly ledger: Reader & Pick<Ledger, 'ready' | 'pause' | 'resume'>;
  readonly tasks: TaskWorkflow;
  readonly replay: Replay;
  readonly replayMany: ReplayMany;
  readonly rehearse: Rehearse;
  readonly explain: Explain;
  readonly identify: Identify;
  /** Full profile checking, in a thread of its own. */
  readonly check: Check;
  readonly region: RegionFile;
  /** False when threads that read and map end again and again; absent where there are none. */
  readonly looks?: () => boolean;
  readonly settings: HttpSettings;
  /** Shared with MLLP and delivery; the doors add their own to it. */
  readonly metrics: Registry;
  readonly log: Log;
  readonly clock: Clock;
  /** Absent: no traces are kept. */
  readonly tracing?: Tracing | null;
  /** Mounted at `/sandbox` when given. */
  readonly sandbox?: Router;
}

interface HttpSettings {
  readonly maxMessageBytes: number;
  readonly operatorKey: string | null;
  readonly integratorKey: string | null;
  /** What the server listens on. */
  readonly host: string;
  /** That is loopback only: without keys the tracking API is open. */
  readonly loopback: boolean;
  /** Version of the product, as in package.json. */
  readonly version: string;
  /** Where MLLP listens, for the page that says what runs; null when it does not. */
  readonly mllp: { readonly host: string; readonly port: number } | null;
}

/** A partner that has named itself: the source it is, and the party it belongs to (ids of the region file). */
export interface Caller {
  readonly source: string;
  readonly party: string;
}

type Identified = { readonly ok: true; readonly caller: Caller } | { readonly ok: false; readonly refusal: Refusal };

/**
 * Who calls, before the body is read. `task-update` is `PUT /fhir/Task/{id}`: the same sources as `fhir`, but in the
 * sandbox a caller that names nobody is the ECD there, and the hospital at every other door.
 */
export type Identify = (credentials: Credentials, purpose: 'fhir' | 'transfers' | 'task-update') => Identified;

/** The Task as this caller may see it. */
export interface TaskView {
  readonly id: string;
  /** `ETag: W/"version"`; also `meta.versionId` of the resource. */
  readonly version: number;
  readonly lastUpdated: Instant;
  /** FHIR JSON, meta filled. */
  readonly resource: string;
}

export interface TaskQuery {
  readonly status?: readonly string[];
  /** As the caller wrote it: a party id, `Organization/{party id}` or a URA (bare, or `system|value`). */
  readonly owner?: string;
  /** Inclusive. */
  readonly since?: Instant;
  readonly limit: number;
  readonly cursor?: string;
}

export interface TaskUpdate {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Version named by If-Match; null when the header is absent. */
  readonly ifMatch: number | null;
  readonly credentials: Credentials;
  readonly traceparent: string | null;
}

export type TaskUpdated =
  | { readonly ok: true; readonly task: TaskView; readonly messageId: string }
  /** What may be said is in the refusal (400, 401, 403, 422 …). */
  | { readonly ok: false; readonly reason: 'refused'; readonly refusal: Refusal; readonly messageId: string | null }
  | { readonly ok: false; readonly reason: 'not-found' | 'precondition-required' | 'forbidden' }
  /** `version`: the one that is current. */
  | { readonly ok: false; readonly reason: 'stale'; readonly version: number };

export interface TaskWorkflow {
  read(id: string, caller: Caller): Promise<TaskView | 'not-found' | 'forbidden'>;
  /** Only Tasks the caller takes part in. */
  search(query: TaskQuery, caller: Caller): Promise<Page<TaskView>>;
  update(id: string, update: TaskUpdate): Promise<TaskUpdated>;
}

export type Replayed =
  | { readonly ok: true; readonly deliveries: readonly string[] }
  | { readonly ok: false; readonly reason: 'not-found' }
  /** Its status does not allow a replay, its content is gone, or the current mapping refuses it; `text` says which. */
  | { readonly ok: false; readonly reason: 'not-replayable'; readonly text: string }
  | { readonly ok: false; readonly reason: 'newer-message'; readonly newer: string };

export type Replay = (
  messageId: string,
  how: {
    readonly mapping: 'current' | 'original';
    readonly force: boolean;
    /** Of all it is for, this destination alone. */
    readonly destination?: string | undefined;
  },
) => Promise<Replayed>;

/** What became, or of a dry run would become, of one message of a replay by filter. */
export interface ReplayedOne {
  readonly id: string;
  /** `same`, `different`: of a dry run, what the mapping would make against what was sent. */
  readonly code: 'replayed' | 'same' | 'different' | 'not-replayable' | 'newer-message';
  readonly deliveries: readonly string[];
  readonly text?: string;
  /** The newer message. */
  readonly newer?: string;
}

export interface ReplayedMany {
  readonly dryRun: boolean;
  /** In this answer; there may be more behind `next`. */
  readonly found: number;
  readonly replayed: number;
  readonly refused: number;
  readonly items: readonly ReplayedOne[];
  /** Of a dry run: how many messages would differ at a path (`Bundle.entry[].resource.status`), the most first. */
  readonly difference?: readonly { readonly path: string; readonly messages: number }[];
  readonly next: string | null;
}

/** The messages a filter finds, the oldest first, at most `limit` of them. */
export type ReplayMany = (
  filter: MessageFilter,
  how: { readonly dryRun: boolean; readonly mapping: 'current' | 'original'; readonly force: boolean },
) => Promise<ReplayedMany>;

/** What a replay would change, without sending. */
export type Rehearse = (
  messageId: string,
  how: { readonly mapping: 'current' | 'original' },
) => Promise<
  | { readonly ok: true; readonly difference: readonly Difference[] }
  | Extract<Replayed, { reason: 'not-found' | 'not-replayable' }>
>;

/** `GET /messages/{id}/explain`: the same object as `map --explain` prints, or why there is none. */
export interface Explanation {
  readonly mapping: { readonly id: string; readonly version: string };
  readonly values: readonly {
    readonly path: string;
    readonly source: string;
    readonly rule: string;
    readonly terminology: string | null;
  }[];
  readonly unused: readonly { readonly source: string; readonly reason: string }[];
}

/** `no-content`: never mapped (refused), or destroyed. */
export type Explain = (messageId: string) => Promise<Explanation | 'not-found' | 'no-content'>;
