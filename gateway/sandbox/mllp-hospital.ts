/** The sandbox hospital that takes HL7 v2 over MLLP: reads every message, acknowledges it, and shows what it received. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { acknowledge, commitCode } from '../../mappings/hl7v2/acknowledge.ts';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';
import { controlIdOf, messageTypeOf } from '../../mappings/hl7v2/control-id.ts';
import { parseMessage, type Parsed } from '../../mappings/hl7v2/parse.ts';
import type { Clock } from '../clock.ts';

export interface HospitalMessage {
  readonly at: string;
  /** MSH-10; null when the message could not be read. */
  readonly controlId: string | null;
  /** `RRI^I12`. */
  readonly type: string | null;
  /** MSA-1 of the answer; null when MSH-15 asked for none. */
  readonly answered: string | null;
  /** The message as text, segments on lines; synthetic data only, so it may be shown. */
  readonly text: string;
}

export interface MllpHospital {
  readonly port: number;
  /** Oldest first, the last thousand. */
  messages(): readonly HospitalMessage[];
  stop(): Promise<void>;
}

const MOST_MESSAGES = 1_000;
const MOST_BYTES = 20 * 1024 * 1024;
/** An attachment is not shown to its end. */
const MOST_SHOWN = 65_536;
/** What cannot be read has no MSH to answer by. */
const UNREADABLE = 'MSH|^~\\&|||||||ACK||P|2.5\rMSA|AE|\rERR|||100^Segment sequence error^HL70357|E\r';

interface Told {
  readonly code: string | null;
  readonly bytes: Uint8Array | null;
}

function answerTo(parsed: Parsed, count: number, now: Date): Told {
  const message = parsed.ok ? parsed.message : parsed.header;
  if (message === null) return { code: 'AE', bytes: Buffer.from(UNREADABLE) };
  const readable = parsed.ok && controlIdOf(message) !== '';
  const code = commitCode(readable ? 'AA' : 'AE', message);
  if (code === null) return { code: null, bytes: null };
  const issue = { location: 'MSH', code0357: '100', severity: 'E', text: 'The message cannot be read.' } as const;
  const answer = { code, controlId: `SANDBOX${count}`, at: now.toISOString(), issues: readable ? [] : [issue] };
  return { code, bytes: acknowledge(message, answer) };
}

function shown(parsed: Parsed, bytes: Uint8Array, at: string, answered: string | null): HospitalMessage {
  const decoder = new TextDecoder(parsed.ok ? decoderOf(parsed.charset) : 'windows-1252');
  const text = decoder.decode(bytes.subarray(0, MOST_SHOWN));
  const { type, event } = parsed.ok ? messageTypeOf(parsed.message) : { type: '', event: '' };
  return {
    at,
    controlId: parsed.ok ? controlIdOf(parsed.message) : null,
    type: type === '' ? null : [type, event].filter((part) => part !== '').join('^'),
    answered,
    text: text.replaceAll(/\r\n?/g, '\n'),
  };
}

/** HL7 table 0211 to an encoding name; the others of ours are single-byte and near enough for showing. */
const decoderOf = (charset: string): string => (charset === 'UNICODE UTF-8' ? 'utf-8' : 'windows-1252');

export async function startMllpHospital(settings: {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly clock: Clock;
}): Promise<MllpHospital> {
  let messages: HospitalMessage[] = [];
  let count = 0;
  const sockets = new Set<Socket>();

  const receive = (socket: Socket, bytes: Uint8Array): void => {
    const now = settings.clock.now();
    const parsed = parseMessage(bytes, 'UNICODE UTF-8');
    count += 1;
    const told = answerTo(parsed, count, now);
    messages = [...messages.slice(1 - MOST_MESSAGES), shown(parsed, bytes, now.toISOString(), told.code)];
    if (told.bytes !== null) socket.write(frameBytes(told.bytes));
  };

  const server = createServer({ noDelay: true }, (socket) => {
    const reader = new FrameReader({ maxBytes: MOST_BYTES });
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      for (const event of reader.push(chunk)) {
        if (event.kind === 'frame') receive(socket, event.bytes);
        else if (event.kind === 'too-large') socket.destroy();
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, resolve);
  });
  server.on('error', () => undefined);
  return {
    port: (server.address() as AddressInfo).port,
    messages: () => messages,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}
