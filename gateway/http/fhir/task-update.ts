/** `PUT /fhir/Task/{id}`: moves a Task, with the version it was read at (FHIR R4 http.html#concurrency). */
import type { Request, Response } from 'express';
import { FHIR_TYPES, isKnown, isTaken, takeBody, type Doors } from '../arrive.ts';
import { credentialsOf, traceparentOf } from '../caller.ts';
import type { TaskUpdated } from '../deps.ts';
import { sendFault, sendRefusal } from '../reply.ts';
import { etag, FORBIDDEN, idOf, NOT_FOUND, sendTask } from './task-answer.ts';

/** The version `If-Match` names; null without the header, undefined when it is no entity tag at all. A tag that is not
 *  one of ours (`W/"abc"`) matches no version. */
function ifMatchOf(request: Request): number | null | undefined {
  const header = request.get('if-match');
  if (header === undefined) return null;
  const tag = /^(?:W\/)?"([^"]*)"$/.exec(header.trim())?.[1];
  if (tag === undefined) return undefined;
  return /^\d{1,15}$/.test(tag) ? Number(tag) : -1;
}

export async function updateTask(doors: Doors, request: Request, response: Response): Promise<void> {
  if (!isTaken(FHIR_TYPES, request, response) || !isKnown(doors, 'task-update', request, response)) return;
  const ifMatch = ifMatchOf(request);
  if (ifMatch === undefined) {
    return sendFault(request, response, 400, {
      code: 'invalid',
      expression: 'If-Match',
      text: 'If-Match takes the ETag the Task was read with, as W/"3".',
      rule: 'if-match',
    });
  }
  const body = await takeBody(doors, request, response);
  if (body === null) return;
  if (body.tooLarge) {
    return sendFault(request, response, 413, {
      code: 'too-long',
      expression: 'Task',
      text: `More than ${doors.settings.maxMessageBytes} bytes.`,
      rule: 'too-large',
    });
  }
  const updated = await doors.tasks.update(idOf(request), {
    bytes: body.bytes,
    mediaType: request.headers['content-type'] ?? '',
    ifMatch,
    credentials: credentialsOf(request),
    traceparent: traceparentOf(request),
  });
  if (!updated.ok) return refuseUpdate(doors, updated, request, response);
  response.setHeader('location', `/messages/${updated.messageId}`);
  sendTask(response, updated.task);
}

async function refuseUpdate(
  doors: Doors,
  refused: Extract<TaskUpdated, { ok: false }>,
  request: Request,
  response: Response,
): Promise<void> {
  if (refused.reason === 'not-found') return sendFault(request, response, 404, NOT_FOUND);
  if (refused.reason === 'forbidden') return sendFault(request, response, 403, FORBIDDEN);
  // Whoever may move the Task is told the version to read, whatever was wrong with the step.
  const current = refused.reason === 'stale' ? refused : await doors.ledger.task(idOf(request));
  if (current !== null) response.setHeader('etag', etag(current.version));
  if (refused.reason === 'refused') {
    if (refused.messageId !== null) response.setHeader('location', `/messages/${refused.messageId}`);
    return sendRefusal(response, refused.refusal);
  }
  if (refused.reason === 'stale') {
    return sendFault(request, response, 412, {
      code: 'conflict',
      expression: 'If-Match',
      text: `The Task has moved on: its version is ${refused.version}. Read it again.`,
      rule: 'stale',
    });
  }
  sendFault(request, response, 428, {
    code: 'required',
    expression: 'If-Match',
    text: 'PUT names the version it changes: If-Match with the ETag the Task was read with.',
    rule: 'if-match',
  });
}
