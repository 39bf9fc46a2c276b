/** Figures of the doors and of the ledger, for Prometheus. Labels hold route patterns, codes and ids of the region only. */
import type { NextFunction, Request, Response } from 'express';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Reader } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { traceIdOf } from './caller.ts';

/** Asks the ledger at every scrape; a ledger that is away leaves its figures out. */
export function watchLedger(registry: Registry, ledger: Reader, clock: Clock): void {
  const registers = [registry];
  const counts = shared(() => ledger.reconciliation());
  const backlog = shared(() => ledger.backlog());
  const messages: Gauge<'status'> = new Gauge({
    name: 'gateway_messages',
    help: 'Messages received, by what became of them; their sum is all that was received.',
    labelNames: ['status'],
    registers,
    async collect(): Promise<void> {
      messages.reset();
      for (const [status, count] of Object.entries((await counts()) ?? {})) {
        if (typeof count === 'number' && status !== 'received') messages.set({ status }, count);
      }
    },
  });
  const balanced: Gauge = new Gauge({
    name: 'gateway_reconciliation_balanced',
    help: '1 when every received message is accounted for.',
    registers,
    async collect(): Promise<void> {
      const counted = await counts();
      if (counted !== null) balanced.set(counted.balanced ? 1 : 0);
    },
  });
  const deliveries: Gauge<'destination' | 'status'> = new Gauge({
    name: 'gateway_deliveries',
    help: 'Deliveries of a destination that are open, and that are dead.',
    labelNames: ['destination', 'status'],
    registers,
    async collect(): Promise<void> {
      for (const { destination, waiting, sending, retrying, dead } of (await backlog()) ?? []) {
        for (const [status, count] of Object.entries({ waiting, sending, retrying, dead })) {
          deliveries.set({ destination, status }, count);
        }
      }
    },
  });
  const oldest: Gauge<'destination'> = new Gauge({
    name: 'gateway_oldest_waiting_seconds',
    help: 'How long the oldest open delivery of a destination has waited.',
    labelNames: ['destination'],
    registers,
    async collect(): Promise<void> {
      for (const { destination, oldestWaitingAt } of (await backlog()) ?? []) {
        const waited = oldestWaitingAt === null ? 0 : clock.now().getTime() - Date.parse(oldestWaitingAt);
        oldest.set({ destination }, Math.max(0, waited / 1000));
      }
    },
  });
}

/** One question for all who ask while it is under way; null when it fails. */
function shared<T>(ask: () => Promise<T>): () => Promise<T | null> {
  let asked: Promise<T | null> | null = null;
  return () =>
    (asked ??= ask()
      .catch(() => null)
      .finally(() => (asked = null)));
}

/** Counts and times every request, and logs it without its address: a query string may hold anything. */
export function measure(registry: Registry, log: Log) {
  const requests = new Counter({
    name: 'gateway_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'gateway_http_request_seconds',
    help: 'From the first byte of a request to the last of its answer.',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  return (request: Request, response: Response, next: NextFunction): void => {
    const started = performance.now();
    response.once('finish', () => {
      const route = routeOf(request);
      const durationMs = Math.round(performance.now() - started);
      const method = METHODS.has(request.method) ? request.method : 'OTHER';
      requests.inc({ method, route, status: response.statusCode });
      seconds.observe({ route }, durationMs / 1000);
      const fields = { method, route, httpStatus: response.statusCode, durationMs, traceId: traceIdOf(request) };
      log.event('http.answered', fields, 'debug');
    });
    next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'PATCH']);

/** The pattern that matched: an id or a stranger's path would make a label of every request. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  const path = typeof route === 'object' && route !== null && 'path' in route ? route.path : null;
  if (typeof path === 'string') return path;
  // Within a mounted router express has no pattern of ours to tell.
  return /^\/sandbox(\/|$)/.test(request.originalUrl) ? '/sandbox' : 'none';
}
