/** `work`: delivers what any number of `serve` accepted into the same PostgreSQL; SIGTERM drains and stops. */
import { startWorker } from '../../workers/main.ts';
import { addressOf } from '../address.ts';
import { createLog } from '../log.ts';
import { isSandbox } from '../sandbox/address.ts';
import { configuredProcess, stopSignal } from './configured-process.ts';
import { EXIT, line, say, type Exit } from './print.ts';

export async function workCommand(options: { readonly config?: string }): Promise<Exit> {
  const configured = await configuredProcess(options);
  if (configured === null) return EXIT.usage;
  const { config, region } = configured;
  if (config.database.engine !== 'postgres') {
    say('work shares the ledger of serve: it needs DATABASE_URL=postgres://…; with a file, serve delivers by itself');
    return EXIT.usage;
  }
  if (isSandbox(region)) {
    say('the partners of the sandbox run inside serve, which delivers to them itself: give work a region file');
    return EXIT.usage;
  }
  const log = createLog({ level: config.logLevel });
  const stopped = stopSignal();
  try {
    const running = await startWorker(config, region, log);
    log.event('worker.started', { host: config.host, port: running.port, region: region.id });
    line(`wijkkliniek-gateway work, region ${region.name}`);
    line(`  HTTP  http://${addressOf(config.host, running.port)}   (/health/live, /health/ready, /metrics)`);
    line(`  work comes ${config.redis === null ? 'from the ledger alone, looked at every second' : 'by Redis'}`);
    line('Ctrl-C stops.');
    await stopped;
    say('stopping: delivering what is in flight …');
    await running.stop();
    log.event('worker.stopped');
    return EXIT.ok;
  } catch (error) {
    say(`the worker cannot start: ${error instanceof Error ? error.message : String(error)}`);
    log.failure('worker.failed', error);
    // What had started already (the ledger, a connection) would keep the process alive.
    process.exit(EXIT.refused);
  }
}
