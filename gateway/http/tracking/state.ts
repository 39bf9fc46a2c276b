/** The tracking API's view of the whole: reconciliation, enrolments. */
import type { Response } from 'express';
import type { Enrolment, Reader } from '../../ledger/ledger.ts';
import type { Doors } from '../arrive.ts';
import { sendJson } from '../reply.ts';
import type { Route } from '../route.ts';
import { keyed } from './keys.ts';
import { enrolmentQuery, enrolmentSearch, given, noQuery } from './query.ts';
import { readBodyBy, readQuery } from './read.ts';

export const stateRoutes = (doors: Doors): readonly Route[] => [
  keyed(doors, {
    method: 'get',
    path: '/reconciliation',
    answer: async (request, response) => {
      if (readQuery(noQuery, request, response) === null) return;
      const { received, refused, held, expired, parked, unrouted, pending, delivered, dead, balanced } =
        await doors.ledger.reconciliation();
      const told = { received, refused, held, expired, parked, unrouted, pending, delivered, dead, balanced };
      sendJson(response, 200, told);
    },
  }),
  keyed(doors, {
    method: 'get',
    path: '/enrolments',
    answer: async (request, response) => {
      const query = readQuery(enrolmentQuery, request, response);
      if (query !== null) await enrolments(doors, { ...given(query), limit: query.limit }, response);
    },
  }),
  keyed(doors, {
    method: 'post',
    path: '/enrolments/search',
    answer: async (request, response) => {
      if (readQuery(noQuery, request, response) === null) return;
      const body = await readBodyBy(enrolmentSearch, doors, request, response);
      if (body !== null) await enrolments(doors, { ...given(body), limit: body.limit }, response);
    },
  }),
];

async function enrolments(
  doors: Doors,
  filter: Parameters<Reader['enrolments']>[0],
  response: Response,
): Promise<void> {
  const page = await doors.ledger.enrolments(filter);
  const items = page.items.map(({ id, wijkkliniek, status, task, requestedAt, activeAt, endedAt }: Enrolment) => ({
    id,
    wijkkliniek,
    status,
    task: `Task/${task}`,
    requestedAt,
    activeAt,
    endedAt,
  }));
  sendJson(response, 200, { items, next: page.next });
}
