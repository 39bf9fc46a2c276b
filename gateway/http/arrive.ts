/** From request to Arrival: the media type is one the door takes, the caller is known, the body is bounded. */
import type { Request, Response } from 'express';
import type { ByteBudget } from '../budget.ts';
import type { Arrival } from '../intake/receive.ts';
import type { Door } from '../ledger/ledger.ts';
import { wordsOf } from '../refusal.ts';
import { readBody } from './body.ts';
import { credentialsOf, traceIdOf, traceparentOf } from './caller.ts';
import type { HttpDeps, Identify } from './deps.ts';
import { sendFault, sendRefusal } from './reply.ts';
import type { Route } from './route.ts';

const ANSWERED = 'answered';

/**
 * Lets go of the body once the answer is made, not when its caller goes away: what is being looked at stays in memory, and
 * callers that lose patience would fill it.
 */
export const answered =
  (answer: Route['answer']): Route['answer'] =>
  async (request, response) => {
    try {
      await answer(request, response);
    } finally {
      response.emit(ANSWERED);
    }
  };

/** The doors' dependencies with what one process shares among them. */
export interface Doors extends HttpDeps {
  readonly budget: ByteBudget;
}

export const FHIR_TYPES = [
  'application/fhir+json',
  'application/json',
  'application/fhir+xml',
  'application/xml',
  'text/xml',
] as const;

/** What arrived at this door; null when the request has been answered (or the caller went away). */
export async function arrive(
  doors: Doors,
  door: Door,
  mediaTypes: readonly string[],
  request: Request,
  response: Response,
): Promise<Arrival | null> {
  if (!isTaken(mediaTypes, request, response)) return null;
  // Where a key tells who calls, a stranger's body is not even read; HL7 v2 senders are told apart by their MSH.
  if (door === 'fhir' || door === 'process-message') {
    if (!isKnown(doors, 'fhir', request, response)) return null;
  } else if (door === 'transfers') {
    if (!isKnown(doors, 'transfers', request, response)) return null;
  }
  const body = await takeBody(doors, request, response);
  if (body === null) return null;
  return {
    door,
    bytes: body.bytes,
    ...(body.tooLarge ? { tooLarge: true } : {}),
    mediaType: request.headers['content-type'] ?? '',
    credentials: credentialsOf(request),
    traceparent: traceparentOf(request),
  };
}

/** False when the media type is not one of these; the request has then been answered with 415. */
export function isTaken(mediaTypes: readonly string[], request: Request, response: Response): boolean {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const isFhir = /json|xml/.test(type);
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  if (mediaTypes.includes(type.trim()) && (!isFhir || isUtf8)) return true;
  sendFault(request, response, 415, {
    code: 'not-supported',
    expression: 'Content-Type',
    text: `This door takes ${mediaTypes.join(', ')}${mediaTypes.some((one) => one.includes('json')) ? ' (UTF-8)' : ''}.`,
    rule: 'media-type',
  });
  return false;
}

/** False when the caller is nobody here; the request has then been answered with 401 or 403. */
export function isKnown(doors: Doors, purpose: Parameters<Identify>[1], request: Request, response: Response): boolean {
  const identified = doors.identify(credentialsOf(request), purpose);
  if (identified.ok) return true;
  const { httpStatus } = wordsOf(identified.refusal);
  doors.log.event('door.refused', { door: purpose, httpStatus, traceId: traceIdOf(request) }, 'warn');
  sendRefusal(response, identified.refusal);
  return false;
}

/** The body, or the beginning of one that is too large; null when the request has been answered. */
export async function takeBody(
  doors: Doors,
  request: Request,
  response: Response,
  limit = doors.settings.maxMessageBytes,
): Promise<{ readonly bytes: Buffer; readonly tooLarge: boolean } | null> {
  const read = await readBody(request, limit, doors.budget);
  if (read.ok) {
    response.once(ANSWERED, () => doors.budget.giveBack(read.bytes.length));
    return { bytes: read.bytes, tooLarge: false };
  }
  if (read.reason === 'too-large') return { bytes: read.head, tooLarge: true };
  if (read.reason === 'encoded') {
    sendFault(request, response, 415, {
      code: 'not-supported',
      expression: 'Content-Encoding',
      text: 'Compressed bodies are not taken: send the message as it is.',
      rule: 'content-encoding',
    });
  } else if (read.reason === 'busy') {
    sendFault(request, response, 503, {
      code: 'throttled',
      expression: '',
      text: 'Too many large messages at once: try again shortly.',
      rule: 'busy',
    });
  }
  return null;
}
