/** What a request says of itself: who calls, and which trace it belongs to. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { isLoopback } from '../config.ts';
import type { Credentials } from '../intake/receive.ts';
import { newTraceparent } from '../tracing/traceparent.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { isPartnerDoor } from './reply.ts';

const BEARER = /^Bearer +([\w.~+/=-]+)$/i;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const REQUEST_ID = /^[\w.:-]{1,128}$/;

const single = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value : null);

/** A browser names the host it was sent to: a page elsewhere whose name points here is not this machine. */
const LOCAL_HOST = /^((localhost|127\.0\.0\.1|\[::1\])(:\d+)?)?$/i;

/**
 * Loopback is what keyless doors trust, so it means: a program on this machine. Not a caller behind a proxy on this
 * machine, and not a page from elsewhere that makes the browser on this machine call.
 */
export function credentialsOf(request: IncomingMessage): Credentials {
  const { headers, socket } = request;
  const isForwarded = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined;
  const isForeignPage = headers['sec-fetch-site'] === 'cross-site' || !LOCAL_HOST.test(headers.host ?? '');
  return {
    bearer: BEARER.exec(headers.authorization ?? '')?.[1] ?? null,
    xSource: single(headers['x-source']),
    loopback: isLoopback(socket.remoteAddress ?? '') && !isForwarded && !isForeignPage,
  };
}

/**
 * Takes over the caller's trace and request id, or makes them; the request id goes back with the answer. Where traces are
 * kept, a request at a partner's door is a span, and what follows from the request follows from that span.
 */
export function takeTrace(tracing: Tracing | null) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const { headers } = request;
    const given = single(headers['traceparent']);
    const parent = TRACEPARENT.test(given ?? '') ? given : null;
    if (!REQUEST_ID.test(single(headers['x-request-id']) ?? '')) headers['x-request-id'] = randomUUID();
    response.setHeader('x-request-id', headers['x-request-id'] ?? '');
    if (tracing !== null && isPartnerDoor(request)) {
      const span = tracing.start('door', parent, { method: request.method });
      headers['traceparent'] = span.traceparent;
      response.once('close', () => {
        span.set({ httpStatus: response.statusCode });
        span.end(response.statusCode >= 500 || !response.writableFinished);
      });
    } else if (parent === null) {
      headers['traceparent'] = newTraceparent();
    }
    next();
  };
}

export const traceparentOf = (request: IncomingMessage): string | null => single(request.headers['traceparent']);

/** The trace id inside `traceparent` (W3C Trace Context §3.2.2), for log lines. */
export const traceIdOf = (request: IncomingMessage): string => traceparentOf(request)?.split('-')[1] ?? '';
