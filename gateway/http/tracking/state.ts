/** The tracking API's view of the whole: destinations, reconciliation, enrolments. */
import type { Response } from 'express';
import type { DestinationBacklog, Enrolment, Reader } from '../../ledger/ledger.ts';
import type { Doors } from '../arrive.ts';
import { sendJson } from '../reply.ts';
import type { Route } from '../route.ts';
import { keyed } from './keys.ts';
import { enrolmentQuery, enrolmentSearch, given, noQuery } from './query.ts';
import { readBodyBy, readQuery } from './read.ts';

export const stateRoutes = (doors: Doors): readonly Route[] => [
  keyed(doors, {
    method: 'get',
    path: '/destinations',
    answer: async (request, response) => {
      if (readQuery(noQuery, request, response) === null) return;
      const backlog = new Map((await doors.ledger.backlog()).map((one) => [one.destination, one]));
      const now = doors.clock.now();
      const items = doors.region.destinations.map(({ id, party, protocol }) => ({
        id,
        party,
        protocol,
        ...toldBacklog(backlog.get(id) ?? { ...IDLE, destination: id }, now),
      }));
      sendJson(response, 200, { items });
    },
  }),
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

const IDLE: Omit<DestinationBacklog, 'destination'> = {
  waiting: 0,
  sending: 0,
  retrying: 0,
  dead: 0,
  oldestWaitingAt: null,
  lastDeliveredAt: null,
};

/** `failing`: something there is being retried; `behind`: nothing failed, but work waits over a minute. */
function toldBacklog(backlog: DestinationBacklog, now: Date) {
  const { waiting, sending, retrying, dead, oldestWaitingAt, lastDeliveredAt } = backlog;
  const lagSeconds =
    oldestWaitingAt === null ? 0 : Math.max(0, Math.round((now.getTime() - Date.parse(oldestWaitingAt)) / 1000));
  const health = retrying > 0 ? 'failing' : lagSeconds > 60 ? 'behind' : 'ok';
  return { health, lagSeconds, oldestWaitingAt, waiting, sending, retrying, dead, lastDeliveredAt };
}

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
