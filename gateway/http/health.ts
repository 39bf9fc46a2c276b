/** For the machine that watches this one: alive, able to store, and figures. */
import express, { type Express } from 'express';
import { takeTrace } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import { noRoute, onError } from './faults.ts';
import { protect } from './headers.ts';
import { sendJson, sendText } from './reply.ts';
import type { Route } from './route.ts';
import { keyed } from './tracking/keys.ts';

export interface Watched {
  readonly ledger: { ready(): Promise<boolean> };
  /** Whether what arrives can be looked at; absent: nothing arrives here, or it is looked at in this thread. */
  readonly looks?: () => boolean;
  readonly metrics: HttpDeps['metrics'];
  readonly settings: Pick<HttpDeps['settings'], 'operatorKey' | 'integratorKey' | 'loopback'>;
}

/** All that a process without doors answers. */
export function watchApp(watched: Watched, log: HttpDeps['log']): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(protect, takeTrace(null));
  for (const { method, path, answer } of healthRoutes(watched)) app[method](path, answer);
  app.use(noRoute);
  app.use(onError(log));
  return app;
}

/** Whether a message would be taken now: it can be stored, and what arrives can be mapped. */
export async function readiness(doors: Pick<Watched, 'ledger' | 'looks'>): Promise<{
  readonly ready: boolean;
  readonly ledger: boolean;
  readonly mapping: boolean | undefined;
}> {
  const ledger = await doors.ledger.ready().catch(() => false);
  const mapping = doors.looks?.();
  return { ready: ledger && mapping !== false, ledger, mapping };
}

export const healthRoutes = (doors: Watched): readonly Route[] => [
  { method: 'get', path: '/health/live', answer: (_request, response) => sendJson(response, 200, { status: 'live' }) },
  {
    method: 'get',
    path: '/health/ready',
    answer: async (_request, response) => {
      const { ready, ledger, mapping } = await readiness(doors);
      if (!ready) response.setHeader('retry-after', '5');
      sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not-ready', ledger, mapping });
    },
  },
  keyed(doors, {
    method: 'get',
    path: '/metrics',
    answer: async (_request, response) =>
      sendText(response, 200, doors.metrics.contentType, await doors.metrics.metrics()),
  }),
];
