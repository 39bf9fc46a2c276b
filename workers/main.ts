/** The process that calls partners, and nobody calls: `work`. Any number of them share a ledger on PostgreSQL. */
import { Registry } from 'prom-client';
import { systemClock, type Clock } from '../gateway/clock.ts';
import { isLoopback, type Config } from '../gateway/config.ts';
import { sampleOutput, shareOf } from '../gateway/conformance/sample.ts';
import { startConformance, type Conformance } from '../gateway/conformance/start.ts';
import { watchApp } from '../gateway/http/health.ts';
import { serveHttp } from '../gateway/http/serve.ts';
import type { Ledger } from '../gateway/ledger/ledger.ts';
import { openLedger } from '../gateway/ledger/open.ts';
import type { Log } from '../gateway/log.ts';
import { watchProcess } from '../gateway/process-metrics.ts';
import type { RegionFile } from '../gateway/regions/region.ts';
import { openTracing } from '../gateway/tracing/open.ts';
import type { Tracing } from '../gateway/tracing/tracing.ts';
import { deliveryMetrics } from './delivery/metrics.ts';
import { startDelivery, type Delivery } from './delivery/start.ts';
import { openQueue } from './queue/open.ts';

export interface Delivering {
  readonly config: Config;
  readonly region: RegionFile;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Registry;
  readonly tracing: Tracing | null;
  readonly conformance: Conformance;
}

/** Delivery as the configuration has it, in `serve` and `work` alike. */
export function deliverAs({ config, region, metrics, log, conformance, ...rest }: Delivering): Delivery {
  const share = shareOf(region);
  return startDelivery({
    ...rest,
    log,
    region,
    secrets: config.secret,
    random: Math.random,
    metrics: deliveryMetrics(metrics),
    shared: config.database.engine === 'postgres' ? { leaseMs: config.leaseMs } : undefined,
    ...(share > 0 ? { delivered: sampleOutput({ share, check: conformance.check, registry: metrics, log }) } : {}),
  });
}

export interface RunningWorker {
  /** Where health and metrics are. */
  readonly port: number;
  /** Takes nothing new, delivers what is in flight, closes the ledger. */
  stop(): Promise<void>;
}

/** Rejects when the ledger cannot be opened or the port is taken. Redis may be away: then the ledger alone is looked at. */
export async function startWorker(config: Config, region: RegionFile, log: Log): Promise<RunningWorker> {
  const clock = systemClock;
  const ledger = await openLedger({ ...config, clock });
  const metrics = new Registry();
  watchProcess(metrics, ledger);
  const tracing = await openTracing(config.traces);
  const conformance = startConformance({ packages: region.packages, log });
  const delivery = deliverAs({ config, region, ledger, clock, log, metrics, tracing, conformance });
  const queue = await openQueue(config, log);
  queue.take(({ destination }) => delivery.nudge(destination));
  const settings = {
    operatorKey: config.operatorKey ?? null,
    integratorKey: config.integratorKey ?? null,
    loopback: isLoopback(config.host),
  };
  const http = await serveHttp(watchApp({ ledger, metrics, settings }, log), {
    host: config.host,
    port: config.workPort,
    log,
  });
  return {
    port: http.port,
    stop: async () => {
      await queue.close();
      await delivery.stop();
      await http.stop();
      await conformance.stop();
      await tracing?.stop();
      await ledger.close();
    },
  };
}
