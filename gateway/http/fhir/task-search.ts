/** `GET /fhir/Task?status=&owner=&_lastUpdated=…`: the Tasks the caller takes part in, newest first. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Task } from 'fhir/r4.js';
import { z } from 'zod';
import type { Doors } from '../arrive.ts';
import type { TaskView } from '../deps.ts';
import { sendFault, sendFhir } from '../reply.ts';
import { cursor } from '../tracking/query.ts';
import { callerOf, etag } from './task-answer.ts';

/** Also described in openapi/. */
export const taskSearch = z.strictObject({
  /** One or several, comma-separated (R4 search.html#combining). */
  status: z
    .string()
    .regex(/^[a-z-]+(,[a-z-]+)*$/, 'status codes, separated by commas')
    .optional(),
  owner: z.string().min(1).max(200).optional(),
  _lastUpdated: z
    .string()
    .regex(/^g[et]/, 'ge or gt and a day or an instant')
    .optional(),
  /** A page holds 200 at most, whatever is asked (R4 search.html#count). */
  _count: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .transform((count) => Math.min(count, 200)),
  cursor,
  /** Which form is wanted; what it may say is settled before any address is looked at. */
  _format: z.string().optional(),
});

const DAY = 86_400_000;

/** `ge2026-11-22T14:00:00+01:00` or a day, `ge2026-11-22`; `gt` is a millisecond later, as precise as an instant of this server is. */
function sinceOf(text: string): string | null {
  const said = text.slice(2).replace(' ', '+');
  const day = z.iso.date().safeParse(said);
  // A day begins here before it begins in UTC; an hour too many is better than a Task missed.
  if (day.success)
    return new Date(Date.parse(`${day.data}T00:00:00+02:00`) + (text.startsWith('gt') ? DAY : 0)).toISOString();
  const instant = z.iso.datetime({ offset: true }).safeParse(said);
  if (!instant.success) return null;
  return new Date(Date.parse(instant.data) + (text.startsWith('gt') ? 1 : 0)).toISOString();
}

export async function searchTasks(doors: Doors, request: Request, response: Response): Promise<void> {
  const caller = callerOf(doors, request, response);
  if (caller === null) return;
  const asked = taskSearch.safeParse(request.query);
  const since = asked.data?._lastUpdated === undefined ? undefined : sinceOf(asked.data._lastUpdated);
  if (!asked.success || since === null) {
    const issue = asked.error?.issues[0];
    const place = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
    return sendFault(request, response, 400, {
      code: 'invalid',
      expression: place ?? '_lastUpdated',
      text: issue?.message ?? '_lastUpdated takes ge or gt and a day, or an instant with a time zone.',
      rule: 'search-parameter',
    });
  }
  const { status, owner, _count, cursor: from } = asked.data;
  const page = await doors.tasks.search(
    {
      limit: _count,
      ...(status === undefined ? {} : { status: status.split(',') }),
      ...(owner === undefined ? {} : { owner }),
      ...(since === undefined ? {} : { since }),
      ...(from === undefined ? {} : { cursor: from }),
    },
    caller,
  );
  const self = new URLSearchParams(request.url.split('?')[1] ?? '');
  const next = new URLSearchParams(self);
  if (page.next !== null) next.set('cursor', page.next);
  response.setHeader('etag', etag(versionOf(page.items)));
  sendFhir(response, 200, {
    resourceType: 'Bundle',
    type: 'searchset',
    link: [
      { relation: 'self', url: linkTo(self) },
      ...(page.next === null ? [] : [{ relation: 'next', url: linkTo(next) }]),
    ],
    entry: page.items.map((view) => ({
      fullUrl: `${baseOf(request)}/Task/${view.id}`,
      resource: JSON.parse(view.resource) as Task,
      search: { mode: 'match' },
    })),
  });
}

/** A page has no version of its own: a number that changes when any Task on it does. */
function versionOf(items: readonly TaskView[]): number {
  const versions = items.map(({ id, version }) => `${id}/${version}`).join();
  return Number.parseInt(createHash('sha256').update(versions).digest('hex').slice(0, 12), 16);
}

const linkTo = (query: URLSearchParams): string => (query.size === 0 ? 'Task' : `Task?${query.toString()}`);
const baseOf = (request: Request): string => `${request.protocol}://${request.get('host') ?? 'localhost'}/fhir`;
