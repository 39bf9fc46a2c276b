/** `serve`: the gateway on the configuration of the environment; Ctrl-C drains and stops. */
import { addressOf, urlOption } from '../address.ts';
import { createLog } from '../log.ts';
import { startGateway } from '../main.ts';
import type { RegionFile } from '../regions/region.ts';
import { isSandbox } from '../sandbox/address.ts';
import { configuredProcess, stopSignal } from './configured-process.ts';
import { EXIT, line, say, type Exit } from './print.ts';

export async function serveCommand(options: { readonly config?: string }): Promise<Exit> {
  const configured = await configuredProcess(options);
  if (configured === null) return EXIT.usage;
  const { config, region } = configured;
  const log = createLog({ level: config.logLevel });
  const stopped = stopSignal();
  try {
    const running = await startGateway(config, region, log);
    const http = `http://${addressOf(config.host, running.httpPort)}`;
    const mllp = addressOf(config.host, running.mllpPort);
    log.event('gateway.started', { host: config.host, port: running.httpPort, region: region.id });
    for (const text of welcome(http, mllp, region)) line(text);
    await stopped;
    say('stopping: answering and delivering what is in flight …');
    await running.stop();
    log.event('gateway.stopped');
    return EXIT.ok;
  } catch (error) {
    say(`the gateway cannot start: ${error instanceof Error ? error.message : String(error)}`);
    log.failure('gateway.failed', error);
    // What had started already (a listener, the ledger) would keep the process alive.
    process.exit(EXIT.refused);
  }
}

export function welcome(http: string, mllp: string, region: RegionFile): string[] {
  const to = urlOption(http);
  const demo = isSandbox(region) ? [`  npm run gateway -- demo${to}`] : [];
  return [
    `wijkkliniek-gateway, region ${region.name}`,
    `  HTTP  ${http}   (a page for people: ${http}/)`,
    `  MLLP  ${mllp}`,
    `${demo.length === 0 ? 'Two' : 'Three'} things to try, in a second shell:`,
    ...demo,
    `  npm run gateway -- messages${to}`,
    `  curl ${http}/openapi.json`,
    'Ctrl-C stops.',
  ];
}
