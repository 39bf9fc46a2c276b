/** A listener on a real port with intake standing in, and a sender that speaks plain bytes. */
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../../gateway/clock.ts';
import type { Arrival, Receive, Received } from '../../../gateway/intake/receive.ts';
import type { Log } from '../../../gateway/log.ts';
import type { MllpDeps } from '../../../gateway/mllp/deps.ts';
import { listenMllp, type MllpListener } from '../../../gateway/mllp/listen.ts';
import { FrameReader, frameBytes } from '../../../mappings/hl7v2/frame.ts';
import { accept } from '../http/stand-in.ts';

const clock: Clock = { now: () => new Date('2026-11-20T13:00:00.000Z') };

export const oru = (controlId: string, more = '', header = ''): string =>
  `MSH|^~\\&|GLIMS|LAB|WKGW|WK|20261120130000+0100||ORU^R01^ORU_R01|${controlId}|P|2.5.1${header}\r` +
  `PID|1||4109590^^^ZIS^PI\rOBX|1|ST|X^^L||${more}||||||F\r`;

export const framed = (text: string): Buffer => Buffer.from(frameBytes(Buffer.from(text, 'latin1')));

export interface Gate {
  readonly port: number;
  readonly arrivals: Arrival[];
  readonly logged: string[];
  readonly listener: MllpListener;
}

const open = new Set<MllpListener>();

export async function openGate(receive: Receive, over: Partial<MllpDeps> = {}): Promise<Gate> {
  const arrivals: Arrival[] = [];
  const logged: string[] = [];
  const log: Log = {
    event: (name, fields) => logged.push(JSON.stringify({ name, ...fields })),
    failure: (name, error) => logged.push(JSON.stringify({ name, error: String(error) })),
  };
  const listener = await listenMllp({
    receive: async (arrival) => {
      arrivals.push(arrival);
      return receive(arrival);
    },
    host: '127.0.0.1',
    port: 0,
    maxBytes: 1024 * 1024,
    idleMs: 5_000,
    frameMs: 5_000,
    roomMs: 5_000,
    log,
    clock,
    ...over,
  });
  open.add(listener);
  return { port: listener.port, arrivals, logged, listener };
}

export async function closeGates(): Promise<void> {
  await Promise.all([...open].map((listener) => listener.stop(50)));
  open.clear();
}

/** Intake that accepts everything, each message under an id of its own control id. */
export const acceptAll: Receive = async ({ bytes }) => acceptAs(bytes);

export function acceptAs(bytes: Uint8Array): Received {
  const controlId = Buffer.from(bytes).toString('latin1').split('|')[9] ?? '';
  return accept({ id: `id-${controlId}`, controlId, door: 'mllp', type: 'ORU^R01' });
}

/** A sender: writes bytes, collects the frames that come back. */
export class Sender {
  readonly socket: Socket;
  readonly answers: string[] = [];
  /** Settles when the gateway has closed the connection. */
  readonly closed: Promise<void>;
  #waiting: (() => void) | null = null;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const reader = new FrameReader({ maxBytes: 1024 * 1024 });
    this.socket.on('data', (chunk: Buffer) => {
      for (const event of reader.push(chunk)) {
        if (event.kind === 'frame') this.answers.push(Buffer.from(event.bytes).toString('latin1'));
      }
      this.#waiting?.();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      const done = (): void => {
        this.#waiting?.();
        this.socket.destroy();
        resolve();
      };
      this.socket.once('end', done).once('close', done);
    });
  }

  send(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** The first `count` answers, when they are there; fewer when the connection closes before. */
  async receive(count: number): Promise<string[]> {
    while (this.answers.length < count && !this.socket.destroyed) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    return this.answers.slice(0, count);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** One segment of an answer, as its fields. */
export const segment = (answer: string | undefined, name: string): string[] =>
  (answer ?? '')
    .split('\r')
    .find((line) => line.startsWith(name))
    ?.split('|') ?? [];

export const acked = (answer: string | undefined): [string | undefined, string | undefined] => {
  const [, code, controlId] = segment(answer, 'MSA');
  return [code, controlId];
};
