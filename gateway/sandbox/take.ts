/** A writing request at a partner's FHIR endpoint, from its bytes to its answer: with ordered faults, repeats, refusals. */
import type { Request, Response } from 'express';
import type { Bundle } from 'fhir/r4.js';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Fault, Faults } from './faults.ts';
import { Refused, refused } from './outcome.ts';
import type { ReceivedLog } from './received.ts';
import type { RememberedAnswers } from './remembered.ts';
import type { Store } from './store.ts';
import { transact } from './transact.ts';
import { entriesOf, readResource, type CheckStructure } from './write.ts';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

export interface TakeDeps {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly checkStructure: CheckStructure;
  readonly store: Store;
  readonly received: ReceivedLog;
  readonly faults: Faults;
  readonly answers: RememberedAnswers;
}

interface Done {
  /** JSON of the transaction-response. */
  readonly answer: string;
  readonly types: readonly string[];
  readonly replayed: boolean;
  readonly dangling: number;
}

/** The address below the base as it was written, percent-encoding kept; '' is the base itself. */
const addressOf = (req: Request): string => req.url.replace(/^\/fhir\/?/, '');

function carryOut(req: Request, deps: TakeDeps): Done {
  const type = (req.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/fhir+json' && type !== 'application/json') {
    throw refused(415, 'not-supported', 'content-type', '', 'application/fhir+json is taken here');
  }
  const bytes: unknown = req.body;
  if (!(bytes instanceof Uint8Array)) throw refused(400, 'required', 'body', '', 'the body is empty');
  const key = req.get('idempotency-key') ?? null;
  const earlier = key === null ? null : deps.answers.find(key, bytes);
  if (earlier !== null) return { answer: earlier, types: [], replayed: true, dangling: 0 };
  const resource = readResource(bytes, deps.checkStructure);
  const conditions = { ifMatch: req.get('if-match') ?? null, ifNoneExist: req.get('if-none-exist') ?? null };
  const entries = entriesOf(req.method, addressOf(req), resource, conditions);
  const { answer: bundle, dangling } = transact(deps.store, entries, deps.clock.now(), deps.newId);
  const answer = JSON.stringify(bundle);
  if (key !== null) deps.answers.keep(key, bytes, answer);
  return { answer, types: entries.map((entry) => entry.resource.resourceType), replayed: false, dangling };
}

function note(req: Request, status: number, done: Done | null, deps: TakeDeps): void {
  deps.received.add({
    at: deps.clock.now().toISOString(),
    method: req.method,
    url: req.originalUrl,
    requestId: req.get('x-request-id') ?? null,
    idempotencyKey: req.get('idempotency-key') ?? null,
    types: done?.types ?? [],
    status,
    replayed: done?.replayed ?? false,
    dangling: done?.dangling ?? 0,
  });
}

const send = (res: Response, status: number, json: string): void => {
  res.status(status).set('Content-Type', FHIR_JSON).send(json);
};

/** A transaction is answered with its Bundle; one resource with itself, as FHIR's create and update do. */
function answer(req: Request, res: Response, done: Done, store: Store): void {
  const bundle = addressOf(req) === '' ? null : (JSON.parse(done.answer) as Bundle);
  const response = bundle?.entry?.[0]?.response;
  const [type, id] = response?.location?.split('/') ?? [];
  const kept = type === undefined || id === undefined ? undefined : store.get(type, id);
  if (response === undefined || kept === undefined) {
    send(res, 200, done.answer);
    return;
  }
  res.set('ETag', response.etag ?? '').set('Location', response.location ?? '');
  send(res, response.status.startsWith('201') ? 201 : 200, kept.json);
}

/** True when the fault is an answer of its own, and nothing is done. */
function struck(fault: Fault, req: Request, res: Response, deps: TakeDeps): boolean {
  if (fault.status === undefined) return false;
  note(req, fault.status, null, deps);
  if (fault.retryAfter !== undefined) res.set('Retry-After', String(fault.retryAfter));
  const { outcome } = refused(fault.status, 'transient', 'ordered-fault', '', 'a fault ordered by the fault knobs');
  send(res, fault.status, JSON.stringify(outcome));
  return true;
}

/** Refusals of the request are answered here, so that they stand in the partner's log too. */
export function receiver(deps: TakeDeps): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const fault = deps.faults.strike();
    if (fault?.delayMs !== undefined) await pause(fault.delayMs);
    if (fault !== null && struck(fault, req, res, deps)) return;
    try {
      const done = carryOut(req, deps);
      const reset = fault?.dropConnection === true;
      note(req, reset ? 0 : 200, done, deps);
      if (reset) req.socket.resetAndDestroy();
      else answer(req, res, done, deps.store);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      note(req, error.status, null, deps);
      send(res, error.status, JSON.stringify(error.outcome));
    }
  };
}
