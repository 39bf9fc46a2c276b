/** A hospital's interface engine: keeps one MLLP connection, sends one message at a time, and sends it again, over a new
 *  connection, until it is acknowledged. */
import { connect, type Socket } from 'node:net';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';

export interface Sent {
  readonly acknowledged: readonly string[];
  readonly refused: readonly string[];
  /** Sends that had no answer and were repeated. */
  readonly repeated: number;
}

/** Sends in order; `port` is asked again at every connection, since the gateway comes back elsewhere. */
export async function sendAll(
  messages: readonly { readonly controlId: string; readonly text: string }[],
  port: () => number,
  giveUp: AbortSignal,
): Promise<Sent> {
  const acknowledged: string[] = [];
  const refused: string[] = [];
  let repeated = 0;
  let line: Line | null = null;
  for (const { controlId, text } of messages) {
    while (!giveUp.aborted) {
      line ??= await openLine(port());
      const answer: string | null = line === null ? null : await line.ask(text);
      if (answer === null) {
        line?.close();
        line = null;
        repeated += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const code = /[\r\n]MSA\|(\w\w)\|([^|\r]*)/.exec(answer);
      if (code?.[2] !== controlId) throw new Error(`an answer to another message: ${String(code?.[2])}`);
      (code[1] === 'AA' ? acknowledged : refused).push(controlId);
      break;
    }
  }
  line?.close();
  return { acknowledged, refused, repeated };
}

interface Line {
  /** null: the connection ended without an answer. */
  ask(text: string): Promise<string | null>;
  close(): void;
}

function openLine(port: number): Promise<Line | null> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ host: '127.0.0.1', port });
    const reader = new FrameReader({ maxBytes: 1 << 20 });
    let waiting: ((answer: string | null) => void) | null = null;
    const answer = (text: string | null): void => {
      const told = waiting;
      waiting = null;
      told?.(text);
    };
    socket.on('data', (chunk: Buffer) => {
      for (const event of reader.push(chunk))
        if (event.kind === 'frame') answer(Buffer.from(event.bytes).toString('utf8'));
    });
    socket.on('error', () => {
      resolve(null);
    });
    socket.on('close', () => {
      answer(null);
    });
    socket.once('connect', () => {
      resolve({
        ask: (text) =>
          new Promise((tell) => {
            if (socket.destroyed) {
              tell(null);
              return;
            }
            waiting = tell;
            socket.write(frameBytes(Buffer.from(text, 'utf8')));
          }),
        close: () => socket.destroy(),
      });
    });
  });
}
