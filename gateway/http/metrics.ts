/** Figures of the requests, for Prometheus. Labels hold route patterns and codes only. */
import type { NextFunction, Request, Response } from 'express';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Log } from '../log.ts';
import { traceIdOf } from './caller.ts';

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
