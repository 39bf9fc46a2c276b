/** `send`: sends files as a partner would, one message after the other, and prints what came back. */
import { parseMessage } from '../../mappings/hl7v2/parse.ts';
import { readTree, type Form } from '../flows/tree.ts';
import { reasonOf } from './api.ts';
import { readMessages, type InputMessage } from './input.ts';
import { connectMllp, type MllpClient } from './mllp-client.ts';
import { EXIT, line, progress, say, worst, type Exit } from './print.ts';

export interface SendOptions {
  /** `http://host:port` (the door follows from the file), a full URL of a door, or `mllp://host:port`. */
  readonly to: URL;
  /** Bearer key of the source. */
  readonly key?: string | undefined;
  /** `X-Source`: who to be in the sandbox. */
  readonly source?: string | undefined;
}

const ANSWER_MS = 60_000;
/** Where the message asks for no answer when all is well (MSH-15 NE or ER), silence this long is a yes. */
const SILENCE_MS = 2_000;

export async function sendCommand(files: readonly string[], options: SendOptions): Promise<Exit> {
  const exits: Exit[] = [EXIT.ok];
  const sent = progress('messages');
  const post = options.to.protocol === 'mllp:' ? overMllp(options.to) : overHttp(options);
  for await (const message of readMessages(files, exits)) {
    try {
      exits.push(await post.send(message));
    } catch (error) {
      // Those behind it would arrive before it: what is not sent is left for another run.
      say(`cannot reach ${options.to.href}: ${reasonOf(error)}; ${message.place} and what follows were not sent`);
      exits.push(EXIT.unreachable);
      break;
    }
    sent.step();
  }
  sent.end();
  post.close();
  return worst(exits);
}

interface Post {
  /** Rejects when nobody answers. */
  send(message: InputMessage): Promise<Exit>;
  close(): void;
}

function overMllp(to: URL): Post {
  let client: MllpClient | null = null;
  return {
    send: async ({ kind, bytes, place }) => {
      if (kind !== 'hl7v2') {
        say(`${place}: MLLP carries HL7 v2 only; send this to http://…`);
        return EXIT.usage;
      }
      const quiet = /^(NE|ER)$/.test(acceptMode(bytes));
      client ??= await connectMllp(to.hostname.replace(/^\[|\]$/g, ''), Number(to.port || 2575));
      const answer = await client.send(bytes, quiet ? SILENCE_MS : ANSWER_MS);
      if (answer === null && !quiet) throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
      return answer === null ? EXIT.ok : acknowledged(answer);
    },
    close: () => client?.close(),
  };
}

/** MSH-15: when the sender wants an accept acknowledgement (HL7 v2.5 §2.9.2). */
function acceptMode(bytes: Uint8Array): string {
  const parsed = parseMessage(bytes, '8859/1');
  return (parsed.ok ? parsed.message : parsed.header)?.header.at(15).text ?? '';
}

function acknowledged(answer: Uint8Array): Exit {
  const text = textOf(answer);
  line(text.replaceAll('\r', '\n').trimEnd());
  return /[\r\n]MSA.(AA|CA)/.test(text) ? EXIT.ok : EXIT.refused;
}

/** The answer comes in the character set of the message: UTF-8, or one of the eight-bit sets. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

function overHttp({ to, key, source }: SendOptions): Post {
  return {
    send: async (message) => {
      const door = doorOf(message);
      const url = to.pathname === '/' ? new URL(door.path, to) : to;
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': door.mediaType,
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(source === undefined ? {} : { 'x-source': source }),
        },
        body: Buffer.from(message.bytes),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      const location = response.headers.get('location');
      say(`${message.place}: ${response.status}${location === null ? '' : ` ${location}`}`);
      if (message.kind === 'hl7v2' && response.status === 200) return acknowledged(bytes);
      if (bytes.length > 0) line(textOf(bytes).trimEnd());
      return response.ok ? EXIT.ok : response.status === 503 ? EXIT.unreachable : EXIT.refused;
    },
    close: () => undefined,
  };
}

function doorOf({ kind, bytes }: InputMessage): { readonly path: string; readonly mediaType: string } {
  switch (kind) {
    case 'hl7v2':
      return { path: '/hl7v2', mediaType: 'application/hl7-v2' };
    case 'transfer':
      return { path: '/transfers', mediaType: 'application/json' };
    case 'fhir':
    case 'fhir-xml': {
      const form = kind === 'fhir' ? 'json' : 'xml';
      return {
        path: isMessage(bytes, form) ? '/fhir/$process-message' : '/fhir',
        mediaType: `application/fhir+${form}`,
      };
    }
  }
}

function isMessage(bytes: Uint8Array, form: Form): boolean {
  const read = readTree(bytes, form);
  const bundle = read.ok ? read.value : null;
  return typeof bundle === 'object' && bundle !== null && 'type' in bundle && bundle.type === 'message';
}
