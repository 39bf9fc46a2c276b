/** What no route answers: unknown paths, wrong methods, an answer in a form we do not speak, a ledger that is away, and bugs. */
import type { NextFunction, Request, Response } from 'express';
import { LedgerUnavailable, UnreadableCursor } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { traceIdOf } from './caller.ts';
import { formAsked } from './format.ts';
import { sendFault } from './reply.ts';

export function noRoute(request: Request, response: Response): void {
  sendFault(request, response, 404, {
    code: 'not-supported',
    expression: '',
    text: 'Nothing here answers. GET /openapi.json and GET /fhir/metadata say what does.',
    rule: 'no-route',
  });
}

/** Before anything is read or stored: an answer its caller cannot read would be no answer. */
export function answerable(request: Request, response: Response, next: NextFunction): void {
  if (!/^\/fhir(\/|$)/.test(request.path) || formAsked(request) !== null) return next();
  sendFault(request, response, 406, {
    code: 'not-supported',
    expression: request.query['_format'] === undefined ? 'Accept' : '_format',
    text: 'Answers are application/fhir+json or application/fhir+xml.',
    rule: 'format',
  });
}

/** For a path that exists: which methods it takes. */
export const wrongMethod =
  (methods: readonly string[]) =>
  (request: Request, response: Response): void => {
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
    response.setHeader('allow', allow);
    if (request.method === 'OPTIONS') {
      response.status(204).end();
      return;
    }
    sendFault(request, response, 405, {
      code: 'not-supported',
      expression: '',
      text: `This address takes ${allow}.`,
      rule: 'method',
    });
  };

/** Express knows an error middleware by its four parameters. */
export const onError =
  (log: Log) =>
  (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(error);
    if (error instanceof LedgerUnavailable) {
      log.failure('http.ledger-unavailable', error, { traceId: traceIdOf(request) });
      return sendFault(request, response, 503, {
        code: 'transient',
        expression: '',
        text: 'Nothing can be stored at the moment, so nothing was accepted: try again.',
        rule: 'unavailable',
      });
    }
    if (error instanceof UnreadableCursor) {
      const text = 'Not a cursor of this list.';
      return sendFault(request, response, 400, { code: 'invalid', expression: 'cursor', text, rule: 'invalid' });
    }
    const status = clientStatusOf(error);
    if (status !== null) {
      // Express itself found the request wrong (an impossible percent-encoding in the path, say).
      return sendFault(request, response, status, {
        code: 'invalid',
        expression: '',
        text: 'The request cannot be read.',
        rule: 'unreadable',
      });
    }
    log.failure('http.bug', error, { method: request.method, traceId: traceIdOf(request) });
    sendFault(request, response, 500, {
      code: 'exception',
      expression: '',
      text: `Something went wrong here; it was logged under trace ${traceIdOf(request)}.`,
      rule: 'internal',
    });
  };

function clientStatusOf(error: unknown): number | null {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
