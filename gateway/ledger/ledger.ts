/**
 * The ledger is the truth: what was accepted, what became of it, who is where. This is its contract; `sql/`
 * holds its logic, `sqlite/` is the embedded engine. A unit given to `write` is committed and synced to disk before `write` resolves; units that
 * arrive in one event-loop turn share one commit. A unit that throws is rolled back alone. When the store cannot be
 * written, `write` rejects with `LedgerUnavailable`: nothing was promised.
 */
import type { Flow } from '../regions/region.ts';
import type { UntranslatedCode, Warning } from '../../mappings/mapping.ts';

/** ISO 8601 UTC with milliseconds, as `Date.toISOString` writes it: sorts as text. */
export type Instant = string;

export type Door = 'fhir' | 'process-message' | 'transfers' | 'hl7v2' | 'mllp';

export type MessageStatus = 'refused' | 'held' | 'expired' | 'parked' | 'unrouted' | 'pending' | 'dead' | 'delivered';

export type DeliveryStatus = 'waiting' | 'sending' | 'retrying' | 'delivered' | 'dead' | 'cancelled' | 'parked';

export type EventName =
  | 'received'
  | 'refused'
  | 'held'
  | 'released'
  | 'expired'
  | 'parked'
  | 'mapped'
  | 'queued'
  | 'attempted'
  | 'delivered'
  | 'dead'
  | 'cancelled'
  | 'replayed';

export interface Refused {
  readonly httpStatus: number;
  readonly code: string;
  readonly ackCode: string | null;
  readonly location: string | null;
  readonly text: string;
}

/** What identifies a patient, in clear, only in memory; the ledger stores keyed hashes of it. */
export interface PatientKeys {
  readonly bsn: string | null;
  readonly numbers: readonly { readonly assigner: string; readonly value: string }[];
}

export interface NewMessage {
  readonly id: string;
  readonly receivedAt: Instant;
  readonly source: string;
  readonly door: Door;
  /** `ORU^R01`, `Bundle/transaction`, `transfer`, `Task`; null when it could not be read. */
  readonly type: string | null;
  readonly controlId: string | null;
  readonly flow: Flow | null;
  readonly status: MessageStatus;
  /** Duplicate key; null for a refused message, which claims none. */
  readonly key: string | null;
  readonly contentHash: string;
  readonly refusal: Refused | null;
  readonly warnings: readonly Warning[];
  readonly mapping: { readonly id: string; readonly version: string } | null;
  /** Patient this message was found to belong to (ledger-internal id); null when nobody's yet. */
  readonly patient: string | null;
  /** Everything the message said to identify the patient; kept as keyed hashes for holding, linking and search. */
  readonly patientKeys: PatientKeys;
  /** When the order behind a result was placed, for results that follow after discharge. */
  readonly orderedAt: Instant | null;
  /** Held content is destroyed at this moment. */
  readonly holdUntil: Instant | null;
  /** `Task/{id}` this message opened or moved. */
  readonly task: string | null;
  /** Business identifiers of what this message says something about (its reports, its request): a replay is refused when
   *  a newer message says something about the same. Kept as keyed hashes. */
  readonly things: readonly string[];
  readonly raw: Content | Sealed | null;
  readonly mapped: Content | Sealed | null;
}

export interface Content {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A content as the ledger keeps it, sealed beforehand (seal.ts) with `Ledger.ownKey`, its kind and its message's id. */
export interface Sealed {
  readonly mediaType: string;
  readonly sealed: Uint8Array;
}

export interface StoredMessage extends Omit<NewMessage, 'raw' | 'mapped' | 'patientKeys' | 'things'> {
  /** Order of acceptance. */
  readonly seq: number;
}

export interface NewDelivery {
  readonly id: string;
  readonly messageId: string;
  /** `notice`, `handoff`, or the flow's name. */
  readonly kind: string;
  readonly destination: string;
  /** Deliveries of one lane at one destination go strictly in order: the patient's internal id, else the message's. */
  readonly lane: string;
  /** `Idempotency-Key`: the same on every attempt. */
  readonly idempotencyKey: string;
  readonly traceparent: string;
  /** The bytes every attempt sends; `mapped`: those of the message as they are now, kept once for both. They stay what
   *  they are when the message is mapped anew. */
  readonly body: Content | 'mapped';
  /** Names by which the receiver may ask for a resource of the body: `Type/id`, `Type?identifier=system|value`. */
  readonly discloses?: readonly string[];
  readonly createdAt: Instant;
}

/** The newest delivery that told a destination of something, as it was told. */
export interface Disclosed {
  readonly seq: number;
  readonly at: Instant;
  readonly body: Content;
}

export interface StoredDelivery {
  readonly id: string;
  readonly seq: number;
  readonly messageId: string;
  readonly kind: string;
  readonly destination: string;
  readonly lane: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly nextAttemptAt: Instant | null;
  readonly lastError: LastError | null;
  readonly deliveredAt: Instant | null;
  readonly responseStatus: number | null;
}

export interface LastError {
  readonly class: 'transient' | 'permanent' | 'ambiguous';
  readonly code: string;
  readonly text: string;
}

/** A delivery taken for sending, with what is needed to send it. `attempts` counts this attempt: with the id it is what
 *  `renew` and `settle` are shown, so that nobody speaks for an attempt that is another's by now. */
export interface Claimed extends StoredDelivery {
  readonly idempotencyKey: string;
  readonly traceparent: string;
  readonly body: Content;
}

/** One attempt of one delivery. */
export interface Held {
  readonly id: string;
  readonly attempt: number;
}

export interface ClaimRequest {
  readonly destination: string;
  readonly now: Instant;
  /** At most so many are taken. */
  readonly limit: number;
  /** Until then nobody else takes them, unless `renew` moves it; null where one process has the ledger to itself. */
  readonly leaseUntil: Instant | null;
  /** Of the destination, over all processes: attempts under way, and attempts begun per second. */
  readonly concurrency: number;
  readonly ratePerSecond: number;
  /** Calls made beside the attempts claimed before; they count against the rate. */
  readonly extraCalls?: number;
}

export interface Claim {
  readonly deliveries: readonly Claimed[];
  /** When another claim may give more, by what is known now; null: not before something ends, is put in line, or is
   *  resumed. */
  readonly next: Instant | null;
}

/** What was under way when its process ended: whether it was received is unknown. */
export interface Recovery {
  readonly now: Instant;
  /** Everything under way, at the start of the one process that has the ledger; else what nobody's lease covers. */
  readonly all: boolean;
  /** Destinations that would not know a request again: what was under way there is parked, with this error. */
  readonly unrepeatable: readonly string[];
  readonly error: LastError;
}

/** Health of a destination, shared by all processes and kept over a restart. */
export interface Breaker {
  /** Failures in a row that speak of the destination, not of one message. */
  readonly failures: number;
  /** The lane all of them were in; null when there are none, or in several lanes. */
  readonly lane: string | null;
  /** Times it opened since it last went well; 0 while closed. */
  readonly openings: number;
  /** Nothing starts before this moment, and from then on one attempt at a time; null while closed. */
  readonly openUntil: Instant | null;
}

export interface DestinationState {
  readonly destination: string;
  /** Since when nothing is sent to it, by an operator's word; null when it is not paused. */
  readonly pausedAt: Instant | null;
  readonly breaker: Breaker;
}

/** Something at this destination may be due: this delivery, and what was put in line with it. */
export interface Due {
  readonly destination: string;
  readonly delivery: string;
}

export type Settlement =
  | { readonly outcome: 'delivered'; readonly at: Instant; readonly responseStatus: number | null }
  | {
      readonly outcome: 'retry';
      readonly at: Instant;
      readonly nextAttemptAt: Instant;
      readonly error: LastError;
      readonly responseStatus: number | null;
    }
  | {
      readonly outcome: 'dead';
      readonly at: Instant;
      readonly error: LastError;
      readonly responseStatus: number | null;
    }
  | {
      readonly outcome: 'parked';
      readonly at: Instant;
      readonly error: LastError;
      readonly responseStatus: number | null;
    };

/** A code of a source that came without a translation: work for whoever keeps its ConceptMaps. */
export interface UnmappedCode extends UntranslatedCode {
  readonly source: string;
  /** Accepted messages that said it. */
  readonly count: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}

export type EnrolmentStatus = 'requested' | 'active' | 'ended';

export interface Enrolment {
  readonly id: string;
  readonly wijkkliniek: string;
  readonly patient: string;
  readonly status: EnrolmentStatus;
  /** Task id (without `Task/`). */
  readonly task: string;
  /** Message that asked for it. */
  readonly messageId: string;
  readonly requestedAt: Instant;
  readonly activeAt: Instant | null;
  readonly endedAt: Instant | null;
}

/** A FHIR resource the gateway hosts (a Task) with its version; the resource itself is kept encrypted. */
export interface HostedTask {
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: Instant;
  readonly status: string;
  /** Party ids of the region. */
  readonly requester: string;
  readonly owner: string;
  readonly messageId: string;
  /** FHIR JSON of the Task as the requester sees it. */
  readonly resource: string;
}

export interface LedgerEvent {
  readonly at: Instant;
  readonly event: EventName;
  readonly detail: string | null;
}

export interface MessageFilter {
  readonly status?: MessageStatus;
  readonly flow?: string;
  readonly source?: string;
  readonly type?: string;
  readonly controlId?: string;
  readonly since?: Instant;
  readonly until?: Instant;
  readonly bsn?: string;
  /** With a delivery to this destination; where `status` is one that a delivery may have, one of that status. */
  readonly destination?: string;
  readonly limit: number;
  readonly cursor?: string;
  /** `newest` first unless told. */
  readonly order?: 'newest' | 'oldest';
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** received is always the sum of the rest; balanced says so after counting both sides. */
export interface Reconciliation {
  readonly received: number;
  readonly refused: number;
  readonly held: number;
  readonly expired: number;
  readonly parked: number;
  readonly unrouted: number;
  readonly pending: number;
  readonly dead: number;
  readonly delivered: number;
  readonly balanced: boolean;
}

export interface DestinationBacklog {
  readonly destination: string;
  readonly waiting: number;
  readonly sending: number;
  readonly retrying: number;
  readonly dead: number;
  readonly oldestWaitingAt: Instant | null;
  readonly lastDeliveredAt: Instant | null;
}

/** What a message is when nothing more happens to it by itself. One that is parked waits for a person, and keeps its content. */
export type Finished = 'refused' | 'delivered' | 'dead' | 'unrouted';

/** `subject`: the id of a destination or source, or empty for the whole. */
export interface Alarm {
  readonly kind: 'oldest-waiting' | 'dead-letters' | 'breaker-open' | 'backlog-full' | 'unbalanced';
  readonly subject: string;
  readonly raisedAt: Instant;
  readonly count: number;
}

/** What is still to be told of an alarm; in order of `at`. */
export interface AlarmNotice {
  readonly at: Instant;
  readonly kind: Alarm['kind'];
  readonly subject: string;
  readonly state: 'raised' | 'cleared';
  readonly count: number;
}

export interface Reader {
  message(id: string): Promise<StoredMessage | null>;
  messages(filter: MessageFilter): Promise<Page<StoredMessage>>;
  deliveries(messageId: string): Promise<readonly StoredDelivery[]>;
  delivery(id: string): Promise<Claimed | null>;
  events(messageId: string): Promise<readonly LedgerEvent[]>;
  raw(messageId: string): Promise<Content | null>;
  mapped(messageId: string): Promise<Content | null>;
  task(id: string): Promise<HostedTask | null>;
  tasks(filter: {
    readonly status?: readonly string[];
    readonly owner?: string;
    readonly requester?: string;
    /** Tasks this party owns or requested. */
    readonly participant?: string;
    readonly since?: Instant;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<HostedTask>>;
  enrolments(filter: {
    readonly status?: EnrolmentStatus;
    readonly bsn?: string;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<Enrolment>>;
  /** The newest found first. */
  unmapped(filter: {
    readonly source?: string;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<Page<UnmappedCode>>;
  /** The newest delivery, made or in line, to one of these destinations that discloses this name; null when none. */
  disclosed(destinations: readonly string[], name: string): Promise<Disclosed | null>;
  /** The newest accepted message after this one that shares one of its things; null when none. */
  newerOnSameThing(messageId: string): Promise<StoredMessage | null>;
  reconciliation(): Promise<Reconciliation>;
  backlog(): Promise<readonly DestinationBacklog[]>;
  /** Those that were paused or sent to at least once; any other is not paused, its breaker closed. */
  destinations(): Promise<readonly DestinationState[]>;
  /** Of each destination with something open: its open lanes, and the deliveries in the longest of them. */
  lanes(): Promise<readonly { readonly destination: string; readonly lanes: number; readonly deepest: number }[]>;
  /** Messages of each source that something is still open of. */
  sourceBacklog(): Promise<ReadonlyMap<string, number>>;
  /** Those that are raised. */
  alarms(): Promise<readonly Alarm[]>;
  /** The oldest first. */
  alarmNotices(limit: number): Promise<readonly AlarmNotice[]>;
}

/** What a unit of work may do inside the commit. */
export interface Tx extends Reader {
  /** The accepted message that holds this key at this source, unless it was received before `since`. */
  holderOfKey(source: string, key: string, since: Instant): Promise<StoredMessage | null>;
  insertMessage(message: NewMessage): Promise<StoredMessage>;
  /** Changes what later events change: status, patient, hold, mapping, mapped output. Only the given keys. */
  updateMessage(
    id: string,
    change: {
      readonly status?: MessageStatus;
      readonly patient?: string | null;
      readonly holdUntil?: Instant | null;
      readonly mapping?: { readonly id: string; readonly version: string };
      readonly mapped?: Content;
      readonly task?: string;
    },
  ): Promise<void>;
  /** Counts the codes one accepted message could not be translated for; a code said twice counts once. */
  countUnmapped(source: string, codes: readonly UntranslatedCode[], at: Instant): Promise<void>;
  addEvent(messageId: string, event: EventName, at: Instant, detail?: string): Promise<void>;
  /** Destroys raw and mapped content; the facts stay. */
  destroyContent(messageId: string): Promise<void>;
  /** The same of up to `limit` messages of this status to which nothing happened since `before`; how many. */
  destroyFinished(status: Finished, before: Instant, limit: number): Promise<number>;

  /** True, and a notice left to tell, when it was not raised before or counts twice what was told of it. */
  raiseAlarm(alarm: Alarm): Promise<boolean>;
  /** False when it was not raised. */
  clearAlarm(kind: Alarm['kind'], subject: string, at: Instant): Promise<boolean>;
  /** It has been told. */
  dropNotice(notice: AlarmNotice): Promise<void>;

  /**
   * Joins the end of its lane. What the same message failed to bring to this destination before (dead, parked) is
   * replaced by it: it stays in the list, and no longer makes the message dead or parked.
   */
  insertDelivery(delivery: NewDelivery): Promise<void>;
  /**
   * Cancels what is still open of a message (waiting, sending, retrying, parked); returns the ids. The events are the
   * caller's to write. One that was being sent keeps its lane until its attempt is settled (false): nothing overtakes it.
   */
  cancelOpenDeliveries(messageId: string, at: Instant): Promise<readonly string[]>;
  /** Cancels every open delivery of a lane at a destination (a transfer that ended): waiting, sending, retrying, parked. */
  cancelLane(
    destination: string,
    lane: string,
    at: Instant,
  ): Promise<readonly { readonly id: string; readonly messageId: string }[]>;
  /** Recomputes the message's status from its deliveries, and from whether its transfer conversation is open. */
  refreshStatus(messageId: string): Promise<MessageStatus>;

  /** Patient known by these keys: `none`, one patient, or keys that contradict what a transfer or ADT linked. */
  findPatient(
    keys: PatientKeys,
  ): Promise<
    | { readonly kind: 'none' }
    | { readonly kind: 'one'; readonly patient: string }
    | { readonly kind: 'contradiction'; readonly text: string }
  >;
  /** Links the keys to the patient (a new one when null) on the word of a transfer or ADT; returns the patient. */
  linkPatient(patient: string | null, keys: PatientKeys): Promise<string>;
  /** The newest accepted message of this flow that names the thing. */
  newestOnThing(thing: string, flow: Flow): Promise<StoredMessage | null>;
  /** Whether a BSN is linked to this patient. */
  hasBsn(patient: string): Promise<boolean>;
  /** Joins two patients into the surviving one: keys, messages, enrolments, lanes (in order of acceptance). Rejects with
   *  `ContradictingKeys` when both have a BSN. */
  mergePatients(surviving: string, retired: string): Promise<void>;
  /** Held messages whose keys fit one of the patient's, in order of receivedAt, then seq. */
  heldFor(patient: string): Promise<readonly StoredMessage[]>;
  /** The keys (hash by hash) of a held message against the patient's: a contradiction is parked, not released. */
  contradicts(messageId: string, patient: string): Promise<boolean>;
  holdExpiredBefore(now: Instant, limit: number): Promise<readonly StoredMessage[]>;

  insertEnrolment(enrolment: Enrolment): Promise<void>;
  updateEnrolment(
    id: string,
    change: { readonly status: EnrolmentStatus; readonly activeAt?: Instant; readonly endedAt?: Instant },
  ): Promise<void>;
  enrolmentOfTask(task: string): Promise<Enrolment | null>;
  enrolmentsOfPatient(patient: string): Promise<readonly Enrolment[]>;

  /** Inserts version 1, or the next version; rejects when `expected` is not the stored version. */
  saveTask(task: HostedTask, expected: number | null): Promise<void>;
}

export interface Ledger extends Reader {
  write<T>(unit: (tx: Tx) => Promise<T>): Promise<T>;
  /** Told after the commit of a unit that put deliveries in line, or made room for others. To be called once. */
  onDue(tell: (due: readonly Due[]) => void): void;
  /**
   * Takes deliveries of a destination whose turn it is (head of their lane, due) and marks them `sending`: none while it
   * is paused or its breaker open, one at a time while that is half-open, else as many as its limits allow.
   */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Moves the leases of attempts under way; returns those that are somebody else's by now, or ended. */
  renew(held: readonly Held[], leaseUntil: Instant): Promise<readonly Held[]>;
  /**
   * Ends an attempt: one commit for the delivery, its event, its message's status and the destination's breaker. False,
   * and only the breaker hears of it, when the delivery was cancelled meanwhile or the attempt is not the newest.
   * `breaker` may be called more than once.
   */
  settle(held: Held, settlement: Settlement, breaker?: (now: Breaker) => Breaker): Promise<boolean>;
  /** What ended processes left in `sending` goes back to `waiting`, in order, or is parked. To be done before new work. */
  recover(recovery: Recovery): Promise<{ readonly waiting: number; readonly parked: number }>;
  pause(destination: string, at: Instant): Promise<void>;
  resume(destination: string): Promise<void>;
  /**
   * Work that one process of several should do: true when it is this holder's until then. A holder may take it anew; nobody
   * else gets it before.
   */
  takeDuty(name: string, holder: string, now: Instant, until: Instant): Promise<boolean>;
  /** Told after each commit of this process: its units, and how long it took. To be called once. */
  onCommit(tell: (units: number, seconds: number) => void): void;
  /** Gives a little of the space of what was destroyed back to the file system; true when there is more. */
  giveBack(): Promise<boolean>;
  /** Keyed hash, base64url: the same text hashes the same for the life of the ledger, whatever LEDGER_KEY is by then. */
  hash(text: string): string;
  /** What seals its contents, for a thread that seals them before they are stored; never leaves the process. */
  readonly ownKey: Uint8Array;
  /** True when a write reached the disk just now. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** `saveTask` found another version than expected. */
export class StaleTask extends Error {
  override readonly name = 'StaleTask';
}

/** `linkPatient` was given keys that belong to more than one patient, or another BSN than the patient's. */
export class ContradictingKeys extends Error {
  override readonly name = 'ContradictingKeys';
}

/** A `cursor` that no page of this list ended with. */
export class UnreadableCursor extends Error {
  override readonly name = 'UnreadableCursor';
}
