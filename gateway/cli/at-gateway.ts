/** Which gateway a command talks to: as told, else GATEWAY_URL, else this machine. */
import { readConfig } from '../config.ts';
import type { Api } from './api.ts';
import { say } from './print.ts';

export interface AtGateway {
  readonly url: URL;
  readonly api: Api;
  readonly senderKey: string | undefined;
  readonly secret: (envName: string) => string | undefined;
}

/** Null after saying what is wrong: with the address, or with the environment. */
export function atGateway(
  given: string | undefined,
  protocols: readonly string[] = ['http:', 'https:'],
): AtGateway | null {
  const read = readConfig();
  if (!read.ok) {
    for (const fault of read.faults) say(`environment: ${fault}`);
    return null;
  }
  const { gatewayUrl, gatewayKey, senderKey, secret } = read.config;
  const text = given ?? gatewayUrl;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !protocols.includes(url.protocol)) {
    say(`${text} is no address here: it takes ${protocols.map((protocol) => `${protocol}//host:port`).join(' or ')}`);
    return null;
  }
  return { url, api: { url: url.href, key: gatewayKey }, senderKey, secret };
}
