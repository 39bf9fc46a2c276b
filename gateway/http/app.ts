/** The HTTP doors, put together. Each door's routes stand in a file of its own. */
import express, { type Express } from 'express';
import { ByteBudget } from '../budget.ts';
import { answered, type Doors } from './arrive.ts';
import { takeTrace } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import { answerable, noRoute, onError, wrongMethod } from './faults.ts';
import { fhirMessageRoutes } from './fhir/messages.ts';
import { disclosedRoutes } from './fhir/disclosed.ts';
import { metadataRoutes } from './fhir/metadata.ts';
import { taskRoutes } from './fhir/task.ts';
import { validateRoutes } from './fhir/validate.ts';
import { protect } from './headers.ts';
import { healthRoutes } from './health.ts';
import { hl7v2Routes } from './hl7v2.ts';
import { watchLedger } from './ledger-metrics.ts';
import { measure } from './metrics.ts';
import { openapiRoutes } from './openapi/route.ts';
import { pageRoutes } from './page.ts';
import type { Route } from './route.ts';
import { destinationRoutes } from './tracking/destinations.ts';
import { messageRoutes } from './tracking/messages.ts';
import { replayRoutes } from './tracking/replay.ts';
import { stateRoutes } from './tracking/state.ts';
import { terminologyRoutes } from './tracking/terminology.ts';
import { transferRoutes } from './transfers.ts';

/** Bodies in memory at once, as a multiple of the largest one taken. */
const BODIES_AT_ONCE = 8;

/** Every way in, in the order express tries them. */
export function routesOf(doors: Doors): readonly Route[] {
  return [
    ...pageRoutes(doors),
    ...fhirMessageRoutes(doors),
    ...taskRoutes(doors),
    ...metadataRoutes(doors),
    ...validateRoutes(doors),
    ...disclosedRoutes(doors),
    ...hl7v2Routes(doors),
    ...transferRoutes(doors),
    ...messageRoutes(doors),
    ...replayRoutes(doors),
    ...destinationRoutes(doors),
    ...stateRoutes(doors),
    ...terminologyRoutes(doors),
    ...healthRoutes(doors),
    ...openapiRoutes(doors),
  ];
}

export function httpApp(deps: HttpDeps): Express {
  const doors: Doors = { ...deps, budget: new ByteBudget(BODIES_AT_ONCE * deps.settings.maxMessageBytes) };
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(measure(deps.metrics, deps.log), protect, takeTrace(deps.tracing ?? null));
  watchLedger(deps.metrics, deps.ledger, deps.clock);

  app.use(answerable);
  const methods = new Map<string, string[]>();
  for (const { method, path, answer } of routesOf(doors)) {
    app[method](path, answered(answer));
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  }
  for (const [path, known] of methods) app.all(path, wrongMethod(known));
  if (deps.sandbox !== undefined) app.use('/sandbox', deps.sandbox);
  app.use(noRoute);
  app.use(onError(deps.log));
  return app;
}
