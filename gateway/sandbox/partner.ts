/** One sandbox partner as an express router: its FHIR endpoint, its fault knobs, and what it received. */
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { createFaults, faultSchema, type Faults } from './faults.ts';
import { capabilities } from './metadata.ts';
import { Refused, refused } from './outcome.ts';
import { createReceivedLog } from './received.ts';
import { createRememberedAnswers } from './remembered.ts';
import { search } from './search.ts';
import { createStore } from './store.ts';
import { FHIR_JSON, receiver } from './take.ts';
import type { CheckStructure } from './write.ts';

export interface PartnerDeps {
  readonly partner: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly checkStructure: CheckStructure;
  readonly maxResources: number;
  readonly maxBytes: number;
}

/** Answers remembered by Idempotency-Key, and requests shown; the oldest give way. */
const MOST_ANSWERS = 5_000;
const MOST_REQUESTS = 20_000;
const MOST_CHARACTERS = 64 * 1024 * 1024;

function refusalOf(error: unknown): Refused | null {
  if (error instanceof Refused) return error;
  // What express says of a body it could not take (too large, cut off, unknown encoding).
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  return refused(status, status === 413 ? 'too-long' : 'invalid', 'body', '', 'the body could not be taken');
}

const answerRefusal = (error: unknown, _req: Request, res: Response, next: NextFunction): void => {
  const refusal = refusalOf(error);
  if (refusal === null) next(error);
  else res.status(refusal.status).set('Content-Type', FHIR_JSON).send(JSON.stringify(refusal.outcome));
};

const baseOf = (req: Request<{ type: string }>): string =>
  `${req.protocol}://${req.get('host') ?? 'localhost'}${req.baseUrl}/fhir`;

function faultRoutes(router: Router, faults: Faults): void {
  router.get('/faults', (_req, res) => {
    res.json({ items: faults.list() });
  });
  router.post('/faults', express.json(), (req, res) => {
    const fault = faultSchema.safeParse(req.body ?? {});
    if (!fault.success) throw refused(400, 'invalid', 'fault', '', z.prettifyError(fault.error));
    faults.add(fault.data);
    res.status(201).json(fault.data);
  });
  router.delete('/faults', (_req, res) => {
    faults.clear();
    res.status(204).end();
  });
}

export function partnerRouter(deps: PartnerDeps): Router {
  const { partner, clock } = deps;
  const store = createStore({ resources: deps.maxResources, characters: MOST_CHARACTERS });
  const received = createReceivedLog(MOST_REQUESTS);
  const faults = createFaults();
  const answers = createRememberedAnswers(MOST_ANSWERS);
  const take = receiver({ ...deps, store, received, faults, answers });
  const body = express.raw({ type: () => true, limit: deps.maxBytes });
  const router = express.Router();

  router.get('/fhir/metadata', (_req, res) => {
    res.set('Content-Type', FHIR_JSON).send(JSON.stringify(capabilities(partner, clock.now())));
  });
  router.get('/fhir/:type/:id', (req, res) => {
    const kept = store.get(req.params.type, req.params.id);
    if (kept === undefined) throw refused(404, 'not-found', 'read', '', 'no such resource');
    res.set('ETag', `W/"${kept.version}"`).set('Last-Modified', new Date(kept.lastUpdated).toUTCString());
    res.set('Content-Type', FHIR_JSON).send(kept.json);
  });
  router.get('/fhir/:type', (req, res) => {
    const query = new URLSearchParams(req.originalUrl.split('?')[1] ?? '');
    res.set('Content-Type', FHIR_JSON).send(search(store, req.params.type, query, baseOf(req)));
  });
  // For what does not belong in an address, a BSN above all.
  router.post('/fhir/:type/_search', express.text({ type: () => true }), (req: Request<{ type: string }>, res) => {
    const query = new URLSearchParams(typeof req.body === 'string' ? req.body : '');
    res.set('Content-Type', FHIR_JSON).send(search(store, req.params.type, query, baseOf(req)));
  });
  router.post(['/fhir', '/fhir/:type'], body, take);
  router.put(['/fhir/:type', '/fhir/:type/:id'], body, take);
  faultRoutes(router, faults);
  router.get('/log', (_req, res) => {
    res.json({ items: received.list(), received: received.count(), resources: store.counts() });
  });
  router.delete('/log', (_req, res) => {
    received.clear();
    res.status(204).end();
  });
  router.use(answerRefusal);
  return router;
}
