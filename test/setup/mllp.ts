/** An MLLP connection of a test: writes bytes as told, collects the answers. */
import { connect } from 'node:net';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';

/** Sends one message and returns its acknowledgement; null when the connection is closed without one. */
export async function askMllp(port: number, text: string | Uint8Array): Promise<string | null> {
  const [answer] = await talkMllp(port, [frameBytes(Buffer.from(text))], 1);
  return answer ?? null;
}

/** Writes the chunks one after the other and returns up to `count` answers, or those that came before the close. */
export function talkMllp(port: number, chunks: readonly Uint8Array[], count: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const answers: string[] = [];
    const reader = new FrameReader({ maxBytes: 1 << 20 });
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.once('connect', () => {
      void (async () => {
        for (const chunk of chunks) {
          if (socket.destroyed) return;
          if (!socket.write(chunk))
            await new Promise((drained) => socket.once('drain', drained).once('close', drained));
          if (chunks.length < 10_000) await new Promise((later) => setImmediate(later));
        }
      })();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(error);
    });
    socket.on('data', (chunk: Buffer) => {
      for (const event of reader.push(chunk)) {
        if (event.kind === 'frame') answers.push(Buffer.from(event.bytes).toString('utf8'));
      }
      if (answers.length >= count) socket.destroy();
    });
    socket.on('close', () => {
      resolve(answers);
    });
  });
}
