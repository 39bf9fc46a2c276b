/** `receive`, the one door: who sends, what it is, is it proved; then one commit, and only then an answer. */
import { patientKeysOf } from '../enrolment/patient-keys.ts';
import { queueForPatient } from '../enrolment/admit.ts';
import { routeByEnrolment, routedFields, type Routed } from '../enrolment/route.ts';
import { orderedAtOf, thingsOf } from '../flows/facts.ts';
import { prove, type Proved, type ProvedOrNot } from '../flows/prove.ts';
import { contentHash, readArrival, type Kind, type Reading } from '../flows/reading.ts';
import {
  LedgerUnavailable,
  type Door,
  type Ledger,
  type NewMessage,
  type StoredMessage,
  type Tx,
} from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { refuse, wordsOf, type Refusal } from '../refusal.ts';
import { destinationFor, partyOf, regionFacts, sourceSettings } from '../regions/load.ts';
import type { Source } from '../regions/region.ts';
import { openTransfer } from '../transfer/open.ts';
import { fhirContent, type Desk } from './desk.ts';
import { identifySource } from './identify.ts';
import type { Arrival, Receive, Received } from './receive.ts';

export interface IntakeDeps {
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly log: Log;
  /** Told after a commit that something may wait for delivery. */
  readonly nudge: () => void;
}

const KIND: Record<Door, Kind> = {
  fhir: 'fhir',
  'process-message': 'fhir',
  transfers: 'transfer',
  hl7v2: 'hl7v2',
  mllp: 'hl7v2',
};
const DAY = 86_400_000;

/** Superset of ASCII that decodes anything: enough to read MSH-3, MSH-4 and MSH-18 before the source is known. */
const ANY_CHARSET = '8859/1';

export function createReceive(deps: IntakeDeps): Receive {
  return async (arrival) => {
    const { desk, ledger, log } = deps;
    const kind = KIND[arrival.door];
    const first = kind === 'hl7v2' || arrival.tooLarge !== true ? readArrival(arrival.bytes, kind, ANY_CHARSET) : null;
    const found = identifySource(desk, arrival.door, arrival.credentials, first === null ? null : headerOf(first));
    if (!found.ok) {
      log.event(
        'sender.refused',
        { door: arrival.door, code: found.refusal.kind, bytes: arrival.bytes.length },
        'warn',
      );
      return { ok: false, refusal: found.refusal, message: null };
    }
    const { source } = found;
    const reading = first === null ? null : rereadInCharset(first, arrival, source);
    const judged = judge(deps, arrival, source, reading);
    try {
      const received = await ledger.write((tx) => store(tx, deps, arrival, source, reading, judged));
      if (received.ok && !received.duplicate) deps.nudge();
      return received;
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      log.failure('ledger.unavailable', error, { door: arrival.door, source: source.id });
      return { ok: false, refusal: unavailable(), message: null };
    }
  };
}

const unavailable = (): Refusal =>
  refuse('unavailable', {
    code: 'transient',
    expression: '',
    text: 'the message could not be stored; nothing was accepted',
    rule: 'unavailable',
  });

/** An HL7 v2 message, or its header, when one could be read. */
const headerOf = (reading: Reading): Parameters<typeof identifySource>[3] =>
  reading.ok ? (reading.kind === 'hl7v2' ? reading.message : null) : reading.header;

/** The first look was in a charset that takes any byte; where MSH-18 is empty the source's own decides. */
function rereadInCharset(first: Reading, arrival: Arrival, source: Source): Reading {
  const header = headerOf(first);
  if (header === null || header.header.at(18).text !== '' || source.charset === ANY_CHARSET) return first;
  if (arrival.bytes.every((byte) => byte < 0x80)) return first;
  return readArrival(arrival.bytes, 'hl7v2', source.charset);
}

interface Judged {
  readonly outcome: ProvedOrNot;
  /** The id a transfer's Task will have. */
  readonly taskId: string;
}

function judge({ desk }: IntakeDeps, arrival: Arrival, source: Source, reading: Reading | null): Judged {
  const taskId = desk.newId();
  const no = (refusal: Refusal): Judged => ({ outcome: { ok: false, flow: null, refusal }, taskId });
  if (reading === null || arrival.tooLarge === true) {
    const text = 'the message is larger than this door takes';
    return no(refuse('too-large', { code: 'too-long', expression: '', text, rule: 'too-large' }));
  }
  if (!reading.ok) return no(reading.refusal);
  const wrongDoor = doorFault(arrival.door, reading);
  if (wrongDoor !== null) return no(wrongDoor);
  const context = { source: sourceSettings(desk.region, source), region: regionFacts(desk.region), taskId };
  return { outcome: prove(reading, context, partyOf(desk.region, source.party).kind, source.processing), taskId };
}

/** `POST /fhir` takes a transaction, `$process-message` a message Bundle. */
function doorFault(door: Door, reading: Extract<Reading, { ok: true }>): Refusal | null {
  if (reading.kind !== 'fhir') return null;
  const wanted = door === 'process-message' ? 'message' : 'transaction';
  if (reading.bundle.type === wanted) return null;
  const text = `this door takes a Bundle of type ${wanted}`;
  return refuse('rule', { code: 'value', expression: 'Bundle.type', text, rule: 'bundle-type' });
}

async function store(
  tx: Tx,
  deps: IntakeDeps,
  arrival: Arrival,
  source: Source,
  reading: Reading | null,
  { outcome, taskId }: Judged,
): Promise<Received> {
  const { desk } = deps;
  const at = desk.now();
  const hash = contentHash(arrival.bytes);
  const key = reading?.ok === true ? reading.key : null;
  const holder =
    key === null
      ? null
      : await tx.holderOfKey(source.id, key, new Date(Date.parse(at) - source.duplicateDays * DAY).toISOString());
  if (holder !== null && holder.contentHash === hash) return { ok: true, message: holder, duplicate: true };
  const base = {
    id: desk.newId(),
    receivedAt: at,
    source: source.id,
    door: arrival.door,
    type: reading?.type ?? null,
    controlId: reading?.controlId ?? null,
    contentHash: hash,
    raw: { mediaType: arrival.mediaType, bytes: arrival.bytes },
  };
  const refusal = holder !== null ? conflict() : outcome.ok ? null : outcome.refusal;
  if (refusal !== null || !outcome.ok) {
    const kept = refusal ?? conflict();
    const message = await tx.insertMessage(refusedMessage(base, outcome.flow, kept));
    await tx.addEvent(message.id, 'received', at);
    await tx.addEvent(message.id, 'refused', at, message.refusal?.code);
    deps.log.event('message.refused', {
      messageId: message.id,
      source: source.id,
      door: arrival.door,
      code: kept.kind,
    });
    return { ok: false, refusal: kept, message };
  }
  const message = await acceptProved(
    tx,
    desk,
    source,
    { ...base, key, traceparent: arrival.traceparent },
    outcome,
    taskId,
  );
  return { ok: true, message, duplicate: false };
}

const conflict = (): Refusal =>
  refuse('conflict', {
    code: 'duplicate',
    expression: '',
    text: 'another message with this id but other content was accepted before',
    rule: 'conflict',
  });

type Base = Pick<NewMessage, 'id' | 'receivedAt' | 'source' | 'door' | 'type' | 'controlId' | 'contentHash' | 'raw'>;

function refusedMessage(base: Base, flow: NewMessage['flow'], refusal: Refusal): NewMessage {
  const words = wordsOf(refusal);
  const [issue] = refusal.issues;
  return {
    ...base,
    flow,
    status: 'refused',
    key: null,
    refusal: {
      httpStatus: words.httpStatus,
      code: issue?.code ?? 'invalid',
      ackCode: words.ackCode,
      location: issue === undefined || issue.expression === '' ? null : issue.expression,
      text: issue?.text ?? '',
    },
    warnings: [],
    mapping: null,
    patient: null,
    patientKeys: { bsn: null, numbers: [] },
    orderedAt: null,
    holdUntil: null,
    task: null,
    things: [],
    mapped: null,
  };
}

async function acceptProved(
  tx: Tx,
  desk: Desk,
  source: Source,
  base: Base & { readonly key: string | null; readonly traceparent: string | null },
  proved: Proved,
  taskId: string,
): Promise<StoredMessage> {
  const { traceparent, ...facts } = base;
  const keys = patientKeysOf(proved.bundle);
  const body = fhirContent(proved.bundle);
  const orderedAt = orderedAtOf(proved.bundle);
  const isTransfer = proved.flow === 'transfer-request';
  const routed = isTransfer
    ? await patientOfTransfer(tx, keys)
    : await routeByEnrolment(tx, desk.region, source, {
        id: base.id,
        flow: proved.flow,
        keys,
        orderedAt,
        at: base.receivedAt,
      });
  const opens = isTransfer && routed.kind === 'deliver';
  const reachable = isTransfer || destinationFor(desk.region, 'vvt', proved.flow) !== null;
  const message = await tx.insertMessage({
    ...facts,
    flow: proved.flow,
    ...routedFields(routed),
    ...(routed.kind === 'deliver' && !reachable ? { status: 'unrouted' as const } : {}),
    refusal: null,
    warnings: proved.warnings,
    mapping: proved.mapped.mapping,
    patientKeys: keys,
    orderedAt,
    task: opens ? `Task/${taskId}` : null,
    things: thingsOf(proved.flow, proved.bundle),
    mapped: body,
  });
  await tx.addEvent(message.id, 'received', base.receivedAt);
  await tx.addEvent(
    message.id,
    'mapped',
    base.receivedAt,
    `${proved.mapped.mapping.id}@${proved.mapped.mapping.version}`,
  );
  await follow(tx, desk, routed, message, proved, {
    taskId,
    body,
    traceparent,
    requester: source.party,
    opens,
    reachable,
  });
  return message;
}

async function follow(
  tx: Tx,
  desk: Desk,
  routed: Routed,
  message: StoredMessage,
  proved: Proved,
  more: {
    readonly taskId: string;
    readonly body: NonNullable<NewMessage['mapped']>;
    readonly traceparent: string | null;
    readonly requester: string;
    readonly opens: boolean;
    readonly reachable: boolean;
  },
): Promise<void> {
  if (routed.kind === 'hold') {
    await tx.addEvent(message.id, 'held', message.receivedAt);
  } else if (routed.kind === 'park') {
    await tx.addEvent(message.id, 'parked', message.receivedAt, routed.text);
  } else if (more.opens) {
    await openTransfer(tx, desk, {
      messageId: message.id,
      taskId: more.taskId,
      requester: more.requester,
      patient: routed.lane,
      bundle: proved.bundle,
      receivedAt: message.receivedAt,
      traceparent: more.traceparent,
    });
  } else if (more.reachable) {
    await queueForPatient(tx, desk, {
      messageId: message.id,
      flow: proved.flow,
      patient: routed.lane,
      body: more.body,
      traceparent: more.traceparent,
    });
  }
}

/** A transfer is taken at its word for who the patient is, unless that contradicts what was linked before. */
async function patientOfTransfer(tx: Tx, keys: Parameters<Tx['findPatient']>[0]): Promise<Routed> {
  const found = await tx.findPatient(keys);
  if (found.kind === 'contradiction') return { kind: 'park', text: found.text };
  const patient = await tx.linkPatient(found.kind === 'one' ? found.patient : null, keys);
  return { kind: 'deliver', lane: patient, patient };
}
