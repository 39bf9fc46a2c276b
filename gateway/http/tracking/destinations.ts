/** Who can be reached and what waits, and an operator's word that nothing is sent there for now. */
import type { Request, Response } from 'express';
import { CLOSED, stateOf } from '../../ledger/breaker.ts';
import type { DestinationBacklog } from '../../ledger/ledger.ts';
import type { Destination } from '../../regions/region.ts';
import type { Doors } from '../arrive.ts';
import { sendFault, sendJson } from '../reply.ts';
import type { Route } from '../route.ts';
import { keyed } from './keys.ts';
import { noQuery } from './query.ts';
import { readBodyBy, readQuery } from './read.ts';

export const destinationRoutes = (doors: Doors): readonly Route[] => [
  keyed(doors, {
    method: 'get',
    path: '/destinations',
    answer: async (request, response) => {
      if (readQuery(noQuery, request, response) === null) return;
      sendJson(response, 200, { items: await tell(doors, doors.region.destinations) });
    },
  }),
  keyed(doors, { method: 'post', path: '/destinations/:id/pause', answer: turn(doors, 'pause') }, 'operator'),
  keyed(doors, { method: 'post', path: '/destinations/:id/resume', answer: turn(doors, 'resume') }, 'operator'),
];

/** Paused twice is paused since the first time; resumed twice is resumed. */
function turn(doors: Doors, which: 'pause' | 'resume') {
  return async (request: Request, response: Response): Promise<void> => {
    if (readQuery(noQuery, request, response) === null) return;
    if ((await readBodyBy(noQuery, doors, request, response)) === null) return;
    const destination = doors.region.destinations.find(({ id }) => id === request.params['id']);
    if (destination === undefined) {
      const text = 'No such destination in this region.';
      return sendFault(request, response, 404, { code: 'not-found', expression: '', text, rule: 'not-found' });
    }
    const { id } = destination;
    if (which === 'pause') await doors.ledger.pause(id, doors.clock.now().toISOString());
    else await doors.ledger.resume(id);
    doors.log.event(`destination.${which}d`, { destination: id });
    const [told] = await tell(doors, [destination]);
    sendJson(response, 200, told);
  };
}

const IDLE: Omit<DestinationBacklog, 'destination'> = {
  waiting: 0,
  sending: 0,
  retrying: 0,
  dead: 0,
  oldestWaitingAt: null,
  lastDeliveredAt: null,
};

async function tell({ ledger, clock }: Doors, destinations: readonly Destination[]) {
  const [backlogs, states] = await Promise.all([ledger.backlog(), ledger.destinations()]);
  const now = clock.now();
  return destinations.map(({ id, party, protocol }) => {
    const backlog = backlogs.find(({ destination }) => destination === id) ?? IDLE;
    const { pausedAt = null, breaker = CLOSED } = states.find(({ destination }) => destination === id) ?? {};
    const { waiting, sending, retrying, dead, oldestWaitingAt, lastDeliveredAt } = backlog;
    const lagSeconds =
      oldestWaitingAt === null ? 0 : Math.max(0, Math.round((now.getTime() - Date.parse(oldestWaitingAt)) / 1000));
    const state = stateOf(breaker, now.toISOString());
    const failing = retrying > 0 || state !== 'closed';
    // `failing`: something there is being retried; `behind`: nothing failed, but work waits over a minute.
    const health = pausedAt !== null ? 'paused' : failing ? 'failing' : lagSeconds > 60 ? 'behind' : 'ok';
    return {
      id,
      party,
      protocol,
      health,
      pausedAt,
      breaker: { state, openUntil: breaker.openUntil },
      lagSeconds,
      oldestWaitingAt,
      waiting,
      sending,
      retrying,
      dead,
      lastDeliveredAt,
    };
  });
}
