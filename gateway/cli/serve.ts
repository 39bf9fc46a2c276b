/** `serve`: the gateway on the configuration of the environment; Ctrl-C drains and stops. */
import { createLog } from '../log.ts';
import { startGateway } from '../main.ts';
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
    const http = `http://${config.host}:${running.httpPort}`;
    log.event('gateway.started', { host: config.host, port: running.httpPort, region: region.id });
    for (const text of welcome(http, `${config.host}:${running.mllpPort}`, region.name)) line(text);
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

function welcome(http: string, mllp: string, region: string): string[] {
  const to = http.endsWith(':8080') ? '' : ` --url ${http}`;
  return [
    `wijkkliniek-gateway, region ${region}`,
    `  HTTP  ${http}   (a page for people: ${http}/)`,
    `  MLLP  ${mllp}`,
    'Three things to try, in a second shell:',
    `  npm run gateway -- demo${to}`,
    `  npm run gateway -- messages${to}`,
    `  curl ${http}/openapi.json`,
    'Ctrl-C stops.',
  ];
}
