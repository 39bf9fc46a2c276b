/** `doctor`: configuration, database, keys, destinations, certificates and clock, one line each with the mend. */
import { existsSync, statSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { environmentSecret, isLoopback, readConfig, type Config } from '../config.ts';
import { systemClock } from '../clock.ts';
import type { Destination } from '../regions/region.ts';
import { isSandbox } from '../sandbox/address.ts';
import { configuredRegion, type Configured } from './configured.ts';
import { checkDatabase } from './doctor/database.ts';
import type { Finding } from './doctor/finding.ts';
import { checkPackages } from './doctor/packages.ts';
import { checkRedis } from './doctor/redis.ts';
import { EXIT, line, paint, type Exit } from './print.ts';

export async function doctorCommand(options: { readonly config?: string }): Promise<Exit> {
  const findings: Finding[] = [];
  const read = readConfig();
  if (!read.ok) {
    for (const fault of read.faults) findings.push({ ok: false, what: 'environment', text: fault });
    if (options.config === undefined) return report(findings);
    findings.push(...regionFindings(await configuredRegion(options.config, environmentSecret)));
    return report(findings);
  }
  const { config } = read;
  findings.push({ ok: true, what: 'environment', text: `HTTP ${config.host}:${config.port}, MLLP ${config.mllpPort}` });
  const region = await configuredRegion(options.config ?? config.regionFile, config.secret);
  findings.push(...regionFindings(region));
  findings.push(...checkKeys(config), ...(await checkDatabase(config)));
  findings.push(await checkRedis(config));
  if (region.ok) findings.push(...(await checkPackages(region.region.packages)));
  if (region.ok && isSandbox(region.region)) {
    findings.push({ ok: true, what: 'destination', text: 'the sandbox partners run inside the gateway' });
  } else if (region.ok) {
    findings.push(...(await Promise.all(region.region.destinations.map(checkDestination))).flat());
  }
  findings.push(checkClock());
  return report(findings);
}

function regionFindings(region: Configured): Finding[] {
  const what = 'region';
  if (!region.ok)
    return region.faults.map(({ path, text }) => ({ ok: false, what, text: `${region.file}: ${path}: ${text}` }));
  const { id, sources, destinations } = region.region;
  const text = `${id}: ${sources.length} sources, ${destinations.length} destinations, every key is set`;
  return [{ ok: true, what, text }];
}

function report(findings: readonly Finding[]): Exit {
  for (const { ok, what, text } of findings) {
    line(`${ok ? paint('green', 'ok   ') : paint('red', 'wrong')}  ${what.padEnd(12)}  ${text}`);
  }
  return findings.every(({ ok }) => ok) ? EXIT.ok : EXIT.refused;
}

/** The tracking API is open on loopback alone; the ledger's own key is proved by opening the database with it. */
function checkKeys(config: Config): Finding[] {
  const what = 'keys';
  const findings: Finding[] = [];
  if (config.operatorKey !== undefined) findings.push({ ok: true, what, text: 'OPERATOR_KEY is set' });
  else if (isLoopback(config.host)) {
    findings.push({ ok: true, what, text: 'no OPERATOR_KEY: the tracking API is open to programs on this machine' });
  } else {
    const text = `no OPERATOR_KEY while HOST is ${config.host}: nobody can ask what became of a message; set it`;
    findings.push({ ok: false, what, text });
  }
  if (config.previousLedgerKey !== undefined) {
    const text = 'LEDGER_KEY_PREVIOUS is set: take it away once every process has started with the new LEDGER_KEY';
    findings.push({ ok: true, what, text });
  }
  const file = config.database.engine === 'sqlite' ? `${config.database.file}.key` : '';
  if (config.ledgerKey !== undefined || !existsSync(file)) return findings;
  const open = (statSync(file).mode & 0o077) !== 0;
  const text = open ? `others may read ${file}: chmod 600 it` : `${file} is readable by its owner alone`;
  return [...findings, { ok: !open, what, text }];
}

const DAY = 86_400_000;
/** Codes of Node and OpenSSL for a chain that cannot be trusted. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/;

async function checkDestination(destination: Destination): Promise<Finding[]> {
  const what = 'destination';
  const url = destination.protocol === 'fhir' ? new URL(destination.baseUrl) : null;
  const host = url?.hostname ?? (destination.protocol === 'mllp' ? destination.host : '');
  const secure = url?.protocol === 'https:';
  const port = destination.protocol === 'mllp' ? destination.port : Number(url?.port) || (secure ? 443 : 80);
  const reached = await reach(host, port, secure);
  if (reached.error !== null) {
    const mend = CERTIFICATE.test(reached.error)
      ? 'ask the partner for the whole chain, or give its authority to Node by NODE_EXTRA_CA_CERTS'
      : 'is it running, and may this machine reach it?';
    const text = `${destination.id}: ${host}:${port} ${reached.error}: ${mend}`;
    return [{ ok: false, what: CERTIFICATE.test(reached.error) ? 'certificate' : what, text }];
  }
  const findings: Finding[] = [{ ok: true, what, text: `${destination.id}: ${host}:${port} answers` }];
  if (reached.validTo !== null) {
    const days = Math.floor((reached.validTo.getTime() - Date.now()) / DAY);
    const text = `${destination.id}: valid for ${days} more days${days < 14 ? ': ask the partner to renew it' : ''}`;
    findings.push({ ok: days >= 14, what: 'certificate', text });
  }
  return findings;
}

interface Reached {
  readonly error: string | null;
  readonly validTo: Date | null;
}

function reach(host: string, port: number, secure: boolean): Promise<Reached> {
  return new Promise((resolve) => {
    const socket = secure ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
    const end = (reached: Reached): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.setTimeout(3_000, () => {
      end({ error: 'does not answer within 3 s', validTo: null });
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      end({ error: error.code ?? error.message, validTo: null });
    });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      const validTo = 'getPeerCertificate' in socket ? new Date(socket.getPeerCertificate().valid_to) : null;
      end({ error: null, validTo });
    });
  });
}

/** Times of messages are proved against this clock; one that stands years off makes every result "in the future". */
function checkClock(): Finding {
  const now = systemClock.now();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const plausible = now.getUTCFullYear() >= 2026 && now.getUTCFullYear() < 2100;
  const text = `${now.toISOString()}, zone ${zone}${plausible ? '' : ': set the clock (NTP)'}`;
  return { ok: plausible, what: 'clock', text };
}
