/** Sends one framed message over a connection of its own and waits for the answer. */
import { connect } from 'node:net';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';

export function sendMllp(
  to: { readonly host: string; readonly port: number; readonly timeoutMs: number },
  message: Uint8Array,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const reader = new FrameReader({ maxBytes: 1 << 20 });
    const socket = connect({ host: to.host, port: to.port });
    const end = (error: Error | null, answer?: Uint8Array): void => {
      socket.destroy();
      if (answer === undefined) reject(error ?? new Error('the connection closed without an answer'));
      else resolve(answer);
    };
    socket.setTimeout(to.timeoutMs, () => {
      end(new Error('no answer in time'));
    });
    socket.once('connect', () => socket.write(frameBytes(message)));
    socket.once('error', end);
    socket.once('close', () => {
      end(null);
    });
    socket.on('data', (chunk: Buffer) => {
      for (const event of reader.push(chunk)) if (event.kind === 'frame') end(null, event.bytes);
    });
  });
}
