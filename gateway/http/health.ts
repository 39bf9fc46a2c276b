/** For the machine that watches this one: alive, able to store, and figures. */
import type { Doors } from './arrive.ts';
import { sendJson, sendText } from './reply.ts';
import type { Route } from './route.ts';
import { keyed } from './tracking/keys.ts';

export const healthRoutes = (doors: Doors): readonly Route[] => [
  { method: 'get', path: '/health/live', answer: (_request, response) => sendJson(response, 200, { status: 'live' }) },
  {
    method: 'get',
    path: '/health/ready',
    answer: async (_request, response) => {
      const ready = await doors.ledger.ready().catch(() => false);
      if (!ready) response.setHeader('retry-after', '5');
      sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not-ready', ledger: ready });
    },
  },
  keyed(doors, {
    method: 'get',
    path: '/metrics',
    answer: async (_request, response) =>
      sendText(response, 200, doors.metrics.contentType, await doors.metrics.metrics()),
  }),
];
