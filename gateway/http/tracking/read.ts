/** Reads the query or the JSON body of a tracking request, refusing what it does not know by its place. */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { isTaken, takeBody, type Doors } from '../arrive.ts';
import { sendFault } from '../reply.ts';

/** A filter has a handful of short fields. */
const BODY_BYTES = 16 * 1024;

/** The query by this schema, or null when the request has been answered with 400. */
export const readQuery = <T extends z.ZodType>(schema: T, request: Request, response: Response): z.output<T> | null =>
  judge(schema, request.query, 'query', request, response);

/** The JSON body by this schema; an absent one counts as `{}`. Null when the request has been answered. */
export async function readBodyBy<T extends z.ZodType>(
  schema: T,
  doors: Doors,
  request: Request,
  response: Response,
): Promise<z.output<T> | null> {
  const empty = request.get('content-length') === '0' || !hasBody(request);
  if (!empty && !isTaken(['application/json'], request, response)) return null;
  const body = await takeBody(doors, request, response, BODY_BYTES);
  if (body === null) return null;
  if (body.tooLarge) {
    return refuse(request, response, 413, 'too-large', 'body', `More than ${BODY_BYTES} bytes.`);
  }
  let value: unknown = {};
  try {
    if (body.bytes.length > 0) value = JSON.parse(body.bytes.toString('utf8'));
  } catch {
    return refuse(request, response, 400, 'unreadable', 'body', 'Not readable as JSON.');
  }
  return judge(schema, value, 'body', request, response);
}

const hasBody = (request: Request): boolean =>
  request.get('content-length') !== undefined || request.get('transfer-encoding') !== undefined;

function judge<T extends z.ZodType>(
  schema: T,
  value: unknown,
  root: 'query' | 'body',
  request: Request,
  response: Response,
): z.output<T> | null {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    // The name is the caller's own, and may be anything: only one that looks like a parameter is said back.
    const [key = ''] = issue.keys;
    const named = /^[A-Za-z_]{1,40}$/.test(key) ? `${root}.${key}` : root;
    return refuse(request, response, 400, 'invalid', named, 'Not a parameter here.');
  }
  const place = [root, ...(issue?.path ?? [])].join('.');
  return refuse(request, response, 400, 'invalid', place, issue?.message ?? 'Not valid.');
}

function refuse(
  request: Request,
  response: Response,
  status: number,
  rule: string,
  expression: string,
  text: string,
): null {
  sendFault(request, response, status, { code: 'invalid', expression, text, rule });
  return null;
}
