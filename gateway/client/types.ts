/** What the client takes and gives, where the gateway has no type of its own for it. */
import type { Bundle, Task } from 'fhir/r4.js';
import type { Warning } from '../../mappings/mapping.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back as `cursor`; null on the last page. */
  readonly next: string | null;
}

export interface Accepted {
  /** Message id: `message(id)` tells what becomes of it. */
  readonly id: string;
  readonly response: Bundle;
}

export interface TransferAccepted {
  readonly id: string;
  /** `Task/{id}` */
  readonly task: string;
  readonly warnings: readonly Warning[];
}

/** A Task with the version it was read at. */
export interface ReadTask {
  readonly task: Task;
  readonly version: string;
}

/** What a PUT may change. */
export type TaskChange = Partial<Pick<Task, 'status' | 'statusReason' | 'businessStatus' | 'output' | 'note'>>;

export interface TaskFilter {
  readonly status?: readonly Task['status'][];
  /** A party: its id, `Organization/{id}` or its URA. */
  readonly owner?: string;
  /** `ge2026-11-22T14:00:00+01:00`, or `gt…`. */
  readonly lastUpdated?: string;
  readonly count?: number;
  readonly cursor?: string;
}

export interface MessageFilter {
  readonly status?: 'refused' | 'held' | 'expired' | 'parked' | 'unrouted' | 'pending' | 'dead' | 'delivered';
  readonly flow?: string;
  readonly source?: string;
  readonly type?: string;
  readonly controlId?: string;
  /** Instants with a time zone. */
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** At least one filter; `destination`: with a delivery there, of the status asked for, and sent to it alone. */
export interface ReplayFilter extends MessageFilter {
  readonly bsn?: string;
  readonly destination?: string;
  readonly mapping?: 'current' | 'original';
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export interface EnrolmentFilter {
  readonly status?: 'requested' | 'active' | 'ended';
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Destination {
  readonly id: string;
  readonly party: string;
  readonly protocol: 'fhir' | 'mllp';
  readonly health: 'ok' | 'behind' | 'failing' | 'paused';
  readonly pausedAt: string | null;
  readonly breaker: { readonly state: 'closed' | 'open' | 'half-open'; readonly openUntil: string | null };
  readonly lagSeconds: number;
  readonly oldestWaitingAt: string | null;
  readonly waiting: number;
  readonly sending: number;
  readonly retrying: number;
  readonly dead: number;
  readonly lastDeliveredAt: string | null;
}

export interface Enrolment {
  readonly id: string;
  readonly wijkkliniek: string;
  readonly status: 'requested' | 'active' | 'ended';
  /** `Task/{id}` */
  readonly task: string;
  readonly requestedAt: string;
  readonly activeAt: string | null;
  readonly endedAt: string | null;
}

export interface UnmappedFilter {
  readonly source?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** A code of a source that no ConceptMap translates. */
export interface UnmappedCode {
  readonly source: string;
  /** Empty when the sender names no system (texts of units). */
  readonly system: string;
  readonly code: string;
  readonly text: string | null;
  /** Accepted messages that said it. */
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** `received` is always the sum of the rest. */
export interface Reconciliation {
  readonly received: number;
  readonly refused: number;
  readonly held: number;
  readonly expired: number;
  readonly parked: number;
  readonly unrouted: number;
  readonly pending: number;
  readonly delivered: number;
  readonly dead: number;
  readonly balanced: boolean;
}
