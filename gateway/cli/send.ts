/** `send`: sends files as a partner would, and prints what came back. */
import { messagesIn, readInput, type InputMessage } from './input.ts';
import { sendMllp } from './mllp-client.ts';
import { EXIT, line, say, worst, type Exit } from './print.ts';

export interface SendOptions {
  /** `http://host:port` (the door follows from the file), a full URL of a door, or `mllp://host:port`. */
  readonly to: string;
  readonly key?: string | undefined;
  /** `X-Source`: who to be in the sandbox. */
  readonly source?: string;
}

export async function sendCommand(files: readonly string[], options: SendOptions): Promise<Exit> {
  const exits: Exit[] = [EXIT.ok];
  for (const file of files) {
    const input = await readInput(file);
    if (!input.ok) {
      say(`cannot read ${file}: ${input.reason}`);
      exits.push(EXIT.usage);
      continue;
    }
    for (const message of messagesIn(input)) exits.push(await send(message, options));
  }
  return worst(exits);
}

async function send(message: InputMessage, options: SendOptions): Promise<Exit> {
  try {
    return options.to.startsWith('mllp://') ? await overMllp(message, options.to) : await overHttp(message, options);
  } catch (error) {
    say(`cannot reach ${options.to}: ${reasonOf(error)}`);
    return EXIT.unreachable;
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
};

async function overMllp({ bytes }: InputMessage, to: string): Promise<Exit> {
  const { hostname, port } = new URL(to);
  const answer = Buffer.from(await sendMllp({ host: hostname, port: Number(port), timeoutMs: 30_000 }, bytes)).toString(
    'latin1',
  );
  line(answer.replaceAll('\r', '\n').trimEnd());
  return /[\r\n]MSA.(AA|CA)/.test(answer) ? EXIT.ok : EXIT.refused;
}

async function overHttp(message: InputMessage, { to, key, source }: SendOptions): Promise<Exit> {
  const door = doorOf(message);
  const path = new URL(to).pathname;
  const url = path === '/' || path === '' ? new URL(door.path, to) : new URL(to);
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': door.mediaType,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(source === undefined ? {} : { 'x-source': source }),
    },
    body: Buffer.from(message.bytes),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  line(text.replaceAll('\r', '\n').trimEnd());
  const location = response.headers.get('location');
  say(`${response.status}${location === null ? '' : ` ${location}`}`);
  if (message.kind === 'hl7v2' && response.ok) return /[\r\n]MSA.(AA|CA)/.test(text) ? EXIT.ok : EXIT.refused;
  return response.ok ? EXIT.ok : response.status === 503 ? EXIT.unreachable : EXIT.refused;
}

function doorOf({ kind, bytes }: InputMessage): { readonly path: string; readonly mediaType: string } {
  switch (kind) {
    case 'hl7v2':
      return { path: '/hl7v2', mediaType: 'application/hl7-v2' };
    case 'transfer':
      return { path: '/transfers', mediaType: 'application/json' };
    case 'xml':
      return { path: '/fhir', mediaType: 'application/fhir+xml' };
    case 'fhir': {
      const isMessage = /"type"\s*:\s*"message"/.test(Buffer.from(bytes.subarray(0, 4096)).toString('latin1'));
      return { path: isMessage ? '/fhir/$process-message' : '/fhir', mediaType: 'application/fhir+json' };
    }
  }
}
