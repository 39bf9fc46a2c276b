/** What the answers about Tasks share. `ETag` is the version, weak, as FHIR R4 http.html#versioning has it. */
import type { Request, Response } from 'express';
import { isKnown, type Doors } from '../arrive.ts';
import { credentialsOf } from '../caller.ts';
import type { Caller, TaskView } from '../deps.ts';
import { sendFhirText, type Fault } from '../reply.ts';

export const NOT_FOUND: Fault = { code: 'not-found', expression: 'Task', text: 'No such Task.', rule: 'not-found' };
export const FORBIDDEN: Fault = {
  code: 'forbidden',
  expression: 'Task',
  text: 'This Task is between other parties, or the step belongs to the other side.',
  rule: 'wrong-actor',
};

/** The caller, or null when the request has been answered. */
export function callerOf(doors: Doors, request: Request, response: Response): Caller | null {
  if (!isKnown(doors, 'fhir', request, response)) return null;
  const identified = doors.identify(credentialsOf(request), 'fhir');
  return identified.ok ? identified.caller : null;
}

export const idOf = (request: Request): string => String(request.params['id']);

export const etag = (version: number): string => `W/"${version}"`;

export function sendTask(response: Response, view: TaskView): void {
  response.setHeader('etag', etag(view.version));
  response.setHeader('last-modified', new Date(view.lastUpdated).toUTCString());
  sendFhirText(response, 200, view.resource);
}
