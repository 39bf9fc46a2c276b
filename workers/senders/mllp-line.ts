/** One MLLP connection as a sender sees it: a frame out, frames in until the one waited for. */
import { connect, type Socket } from 'node:net';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';

export interface LineSettings {
  readonly host: string;
  readonly port: number;
  /** For connecting, and for each answer. */
  readonly timeoutMs: number;
}

export interface LineFault {
  readonly ok: false;
  readonly code: string;
  readonly text: string;
}

export interface Line {
  /** Sends one message; resolves with the first frame `accept` does not answer null to. A fault ends the line. */
  exchange<T>(
    message: Uint8Array,
    accept: (answer: Uint8Array) => T | null,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly value: T } | LineFault>;
  ended(): boolean;
  close(): void;
}

/** An acknowledgement is short; a peer that sends more without an end is not one. */
const MOST_ANSWER_BYTES = 1024 * 1024;

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : 'network');

/** Runs `begin` with a way to end; timeout, stop and the socket's own end come out as faults. */
function untilSettled<T>(
  socket: Socket,
  timeoutMs: number,
  signal: AbortSignal,
  begin: (resolve: (value: T) => void) => void,
): Promise<{ readonly ok: true; readonly value: T } | LineFault> {
  return new Promise((resolve) => {
    const end = (result: { readonly ok: true; readonly value: T } | LineFault): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onStop);
      socket.off('error', onError);
      socket.off('close', onClose);
      if (!result.ok) socket.destroy();
      resolve(result);
    };
    const onStop = (): void => end({ ok: false, code: 'stopped', text: 'cut off by a stop of the gateway' });
    const onError = (error: Error): void =>
      end({ ok: false, code: codeOf(error), text: `network fault ${codeOf(error)}` });
    const onClose = (): void => end({ ok: false, code: 'closed', text: 'the connection was closed' });
    const timer = setTimeout(() => end({ ok: false, code: 'timeout', text: 'no answer in time' }), timeoutMs);
    signal.addEventListener('abort', onStop);
    socket.on('error', onError);
    socket.on('close', onClose);
    if (signal.aborted) onStop();
    else begin((value) => end({ ok: true, value }));
  });
}

export async function openLine(
  settings: LineSettings,
  signal: AbortSignal,
): Promise<{ readonly ok: true; readonly line: Line } | LineFault> {
  const socket = connect({ host: settings.host, port: settings.port, noDelay: true, keepAlive: true });
  const reader = new FrameReader({ maxBytes: MOST_ANSWER_BYTES });
  let receive: (frame: Uint8Array) => void = () => undefined;
  // Between exchanges nobody else listens, and an unheard error would end the process.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    for (const event of reader.push(chunk)) {
      // Bytes outside a frame are passed over; what is waited for, or its timeout, still comes.
      if (event.kind === 'frame') receive(event.bytes);
      else if (event.kind === 'too-large') socket.destroy();
    }
  });
  const connected = await untilSettled<true>(socket, settings.timeoutMs, signal, (resolve) => {
    socket.once('connect', () => resolve(true));
  });
  if (!connected.ok) return connected;
  const line: Line = {
    exchange: (message, accept, stop) =>
      untilSettled(socket, settings.timeoutMs, stop, (resolve) => {
        receive = (found) => {
          const value = accept(found);
          if (value !== null) resolve(value);
        };
        socket.write(frameBytes(message));
      }),
    ended: () => socket.destroyed || !socket.writable,
    close: () => socket.destroy(),
  };
  return { ok: true, line };
}
