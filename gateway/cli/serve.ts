/** `serve`: the gateway on the configuration of the environment; Ctrl-C drains and stops. */
import { environmentSecret, readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { startGateway } from '../main.ts';
import { configuredRegion, type Configured } from './configured.ts';
import { EXIT, line, say, type Exit } from './print.ts';

export async function serveCommand(options: { readonly config?: string }): Promise<Exit> {
  const read = readConfig();
  if (!read.ok) {
    say('the configuration is wrong:');
    for (const fault of read.faults) say(`  ${fault}`);
    if (options.config !== undefined) sayRegionFaults(await configuredRegion(options.config, environmentSecret));
    return EXIT.usage;
  }
  const { config } = read;
  const region = await configuredRegion(options.config ?? config.regionFile, config.secret);
  if (!region.ok) {
    sayRegionFaults(region);
    return EXIT.usage;
  }
  const log = createLog({ level: config.logLevel });
  const stopped = stopSignal();
  try {
    const running = await startGateway(config, region.region, log);
    const http = `http://${config.host}:${running.httpPort}`;
    log.event('gateway.started', { host: config.host, port: running.httpPort, region: region.region.id });
    for (const text of welcome(http, `${config.host}:${running.mllpPort}`, region.region.name)) line(text);
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

function sayRegionFaults(region: Configured): void {
  if (region.ok) return;
  say(`the region file ${region.file} is wrong:`);
  for (const fault of region.faults) say(`  ${fault.path}: ${fault.text}`);
}

const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

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
