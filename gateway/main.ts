/** Puts the rooms together: ledger, intake, doors, delivery. Embedded mode runs the workers in this process. */
import { Registry } from 'prom-client';
import { prepareRules } from '../profiles/rules.ts';
import { checkStructure } from '../profiles/structure.ts';
import { recover } from '../workers/delivery/recover.ts';
import { deliverAs } from '../workers/main.ts';
import { openQueue } from '../workers/queue/open.ts';
import { startSweep } from '../workers/sweep/start.ts';
import { systemClock, type Clock } from './clock.ts';
import { isLoopback, type Config } from './config.ts';
import { startConformance } from './conformance/start.ts';
import { createExplain } from './flows/explain.ts';
import { httpApp } from './http/app.ts';
import { serveHttp, type HttpListener } from './http/serve.ts';
import { createReceive } from './intake/accept.ts';
import { lookAside } from './intake/look-aside.ts';
import { lookHere } from './intake/look-here.ts';
import { countReceived } from './intake/metrics.ts';
import { identifier, openDesk } from './intake/open-desk.ts';
import { createRehearsal } from './intake/rehearse.ts';
import { createReplay } from './intake/replay.ts';
import { createReplayMany } from './intake/replay-many.ts';
import { createSeal } from './ledger/seal.ts';
import { openLedger as openLedgerOf } from './ledger/open.ts';
import type { Log } from './log.ts';
import { listenMllp } from './mllp/listen.ts';
import { watchProcess } from './process-metrics.ts';
import type { RegionFile } from './regions/region.ts';
import { atAddress, isSandbox } from './sandbox/address.ts';
import { createSandbox } from './sandbox/app.ts';
import { startMllpHospital } from './sandbox/mllp-hospital.ts';
import { openTracing } from './tracing/open.ts';
import { createTaskWorkflow } from './transfer/workflow.ts';
import { VERSION } from './version.ts';

export interface RunningGateway {
  readonly httpPort: number;
  readonly mllpPort: number;
  /** Takes nothing new, answers and delivers what is in flight, closes the ledger. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly clock?: Clock;
  readonly openLedger?: typeof openLedgerOf;
}

/** How long after its time held content may still be there. */
const SWEEP_MS = 5_000;
/** After the doors are open: the rules take a third of a second to compile, which the first transfer need not wait for. */
const PREPARE_MS = 100;
const MLLP_IDLE_MS = 10 * 60_000;
const MLLP_FRAME_MS = 30_000;
/** Senders wait half a minute for an acknowledgement, the impatient a quarter. */
const MLLP_ROOM_MS = 10_000;

/** Starts everything; rejects when the ledger cannot be opened or a port is taken. */
export async function startGateway(
  config: Config,
  file: RegionFile,
  log: Log,
  { clock = systemClock, openLedger = openLedgerOf }: StartOptions = {},
): Promise<RunningGateway> {
  const ledger = await openLedger({ ...config, clock });
  // What a killed process left under way goes back in line before anything new is taken or sent. Where others share the
  // ledger only leases tell what is left, and not before every holder could move its own.
  if (config.database.engine === 'sqlite') await recover({ ledger, region: file, clock, log }, true);
  const hospital = isSandbox(file) ? await startMllpHospital({ host: '127.0.0.1', port: 0, clock }) : null;
  const metrics = new Registry();
  watchProcess(metrics, ledger);
  const queue = await openQueue(config, log);
  ledger.onDue((due) => queue.add(due));
  const desk = openDesk({ secret: config.secret, region: file, ledger, clock });
  const tracing = await openTracing(config.traces);
  const aside =
    config.mappingThreads > 0 ? lookAside({ ...desk, ownKey: ledger.ownKey, log }, config.mappingThreads) : null;
  const look = aside?.look ?? lookHere({ ...desk, seal: createSeal(Buffer.from(ledger.ownKey)) });
  const receive = countReceived(metrics, createReceive({ desk, ledger, log, tracing, look }));
  const mllp = await listenMllp({
    receive,
    host: config.host,
    port: config.mllpPort,
    maxBytes: config.maxMessageBytes,
    idleMs: MLLP_IDLE_MS,
    frameMs: MLLP_FRAME_MS,
    roomMs: MLLP_ROOM_MS,
    log,
    clock,
    tracing,
  });
  const replay = createReplay({ desk, ledger });
  const rehearse = createRehearsal(file, ledger);
  const conformance = startConformance({ packages: file.packages, log });
  const app = httpApp({
    receive,
    ledger,
    tasks: createTaskWorkflow({ desk, ledger, log }),
    replay,
    replayMany: createReplayMany({ ledger, replay, rehearse }),
    rehearse,
    explain: createExplain(file, ledger),
    identify: identifier(desk),
    check: conformance.check,
    region: file,
    ...(aside === null ? {} : { looks: aside.isWell }),
    settings: {
      maxMessageBytes: config.maxMessageBytes,
      operatorKey: config.operatorKey ?? null,
      integratorKey: config.integratorKey ?? null,
      host: config.host,
      loopback: isLoopback(config.host),
      version: VERSION,
      mllp: { host: config.host, port: mllp.port },
    },
    metrics,
    log,
    clock,
    tracing,
    ...(hospital === null
      ? {}
      : {
          sandbox: createSandbox({
            clock,
            newId: desk.newId,
            checkStructure,
            hospitalMessages: () => hospital.messages(),
          }).router,
        }),
  });
  const http: HttpListener = await serveHttp(app, { host: config.host, port: config.port, log });
  const region = hospital === null ? file : atAddress(file, { httpPort: http.port, hospitalMllpPort: hospital.port });
  // Beside `work` it only hands over; the partners of the sandbox are nowhere but here.
  const delivers = config.redis === null || isSandbox(file);
  const delivery = delivers ? deliverAs({ config, region, ledger, clock, log, metrics, tracing, conformance }) : null;
  if (delivery !== null) queue.take(({ destination }) => delivery.nudge(destination));
  const sweep = startSweep({
    ledger,
    clock,
    log,
    region,
    secrets: config.secret,
    holder: desk.newId(),
    everyMs: SWEEP_MS,
    nudge: () => delivery?.nudge(),
  });
  const preparing = setTimeout(aside?.prepare ?? prepareRules, PREPARE_MS).unref();
  return {
    httpPort: http.port,
    mllpPort: mllp.port,
    stop: async () => {
      clearTimeout(preparing);
      await mllp.stop();
      await sweep.stop();
      await queue.close();
      await delivery?.stop();
      await http.stop();
      await aside?.stop();
      await conformance.stop();
      await hospital?.stop();
      await tracing?.stop();
      await ledger.close();
    },
  };
}
