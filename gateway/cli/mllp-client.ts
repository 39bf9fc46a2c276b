/** Sends framed messages over one connection, each after the answer to the one before it. */
import { connect, type Socket } from 'node:net';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';

export interface MllpClient {
  /** The answer; null when none came within `silenceMs`. Rejects when the connection is lost. */
  send(message: Uint8Array, silenceMs: number): Promise<Uint8Array | null>;
  close(): void;
}

const CONNECT_MS = 10_000;

export async function connectMllp(host: string, port: number): Promise<MllpClient> {
  const socket = await opened(host, port);
  const reader = new FrameReader({ maxBytes: 1 << 20 });
  let waiting: { resolve(answer: Uint8Array | null): void; reject(error: Error): void } | null = null;
  let lost: Error | null = null;
  const lose = (error: Error): void => {
    lost ??= error;
    waiting?.reject(lost);
  };
  socket.on('error', lose);
  socket.on('close', () => {
    lose(new Error('the connection was closed without an answer'));
  });
  socket.on('data', (chunk: Buffer) => {
    for (const event of reader.push(chunk)) if (event.kind === 'frame') waiting?.resolve(event.bytes);
  });
  return {
    send: async (message, silenceMs) => {
      if (lost !== null) throw lost;
      const answer = new Promise<Uint8Array | null>((resolve, reject) => {
        waiting = { resolve, reject };
      });
      const silence = setTimeout(() => waiting?.resolve(null), silenceMs);
      socket.write(frameBytes(message));
      try {
        return await answer;
      } finally {
        clearTimeout(silence);
        waiting = null;
      }
    },
    close: () => {
      socket.destroy();
    },
  };
}

function opened(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(CONNECT_MS, () => {
      socket.destroy(new Error('does not answer'));
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}
