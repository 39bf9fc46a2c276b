/**
 * A hospital's interface engine. It sends in order and keeps sending the same bytes until they are acknowledged: over
 * MLLP with a window of unanswered messages, over HTTP one at a time. On purpose it sends some again that were answered,
 * and cuts its own connection amid a window.
 */
import { connect } from 'node:net';
import { frameBytes, FrameReader } from '../../mappings/hl7v2/frame.ts';
import type { Message } from './patients.ts';

/** What came of everything sent, over all lines. */
export interface Tally {
  /** Control ids that were answered with AA. */
  readonly acknowledged: Set<string>;
  /** Every other answer, with its control id. */
  readonly refused: string[];
  /** Sends that had no answer and were repeated. */
  repeated: number;
}

export const newTally = (): Tally => ({ acknowledged: new Set(), refused: [], repeated: 0 });

export interface SendOptions {
  readonly tally: Tally;
  /** Ends the sending whatever is left. */
  readonly giveUp: AbortSignal;
  /** Asked at every answer: whether to cut the connection now. */
  readonly cut?: () => boolean;
}

const PAUSE_MS = 50;
/** A gateway that says nothing for so long is asked again. */
const PATIENCE_MS = 15_000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** Counts one answer; throws when it is not the one to `controlId`. */
function count(tally: Tally, controlId: string, answer: string): void {
  const [, code, answered] = /[\r\n]MSA\|(\w\w)\|([^|\r]*)/.exec(answer) ?? [];
  if (answered !== controlId) throw new Error(`an answer to another message: ${String(answered)}`);
  if (code === 'AA') tally.acknowledged.add(controlId);
  else tally.refused.push(`${controlId} ${String(code)}`);
}

/** Over one MLLP connection: from `first` on until all are answered or it ends; resolves with how many were answered. */
function overOneConnection(
  messages: readonly Message[],
  first: number,
  port: number,
  window: number,
  { tally, giveUp, cut }: SendOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let sent = first;
    let answered = first;
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const reader = new FrameReader({ maxBytes: 1 << 20 });
    const stop = (): void => void socket.destroy();
    giveUp.addEventListener('abort', stop);
    socket.setTimeout(PATIENCE_MS, stop);
    const fill = (): void => {
      for (; sent < messages.length && sent - answered < window; sent += 1) {
        const message = messages[sent];
        if (message !== undefined) socket.write(frameBytes(Buffer.from(message.text, 'utf8')));
      }
    };
    socket.once('connect', fill);
    socket.on('error', stop);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const event of reader.push(chunk)) {
          if (event.kind !== 'frame' || socket.destroyed) continue;
          count(tally, messages[answered]?.controlId ?? '', Buffer.from(event.bytes).toString('utf8'));
          answered += 1;
          if (answered === messages.length || cut?.() === true) socket.destroy();
        }
        if (!socket.destroyed) fill();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        socket.destroy();
      }
    });
    socket.on('close', () => {
      giveUp.removeEventListener('abort', stop);
      tally.repeated += sent - answered;
      resolve(answered - first);
    });
  });
}

/** Resolves when all are answered; `port` is asked at every connection, since the gateway comes back elsewhere. */
export async function sendMllp(
  messages: readonly Message[],
  port: () => number,
  window: number,
  options: SendOptions,
): Promise<void> {
  let answered = 0;
  while (answered < messages.length && !options.giveUp.aborted) {
    answered += await overOneConnection(messages, answered, port(), window, options);
    if (answered < messages.length) await pause();
  }
}

/** The same over `POST /hl7v2`. */
export async function sendHttp(messages: readonly Message[], url: () => string, options: SendOptions): Promise<void> {
  const { tally, giveUp } = options;
  for (const { controlId, text } of messages) {
    for (;;) {
      if (giveUp.aborted) return;
      const answer = await post(`${url()}/hl7v2`, text);
      if (answer !== null) {
        count(tally, controlId, answer);
        break;
      }
      tally.repeated += 1;
      await pause();
    }
  }
}

/** Null when nothing was promised: no answer, or 503. */
async function post(url: string, body: string): Promise<string | null> {
  try {
    const headers = { 'content-type': 'application/hl7-v2' };
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = await answer.text();
    if (answer.status === 503) return null;
    return answer.status === 200 ? text : `\rMSA|${answer.status}|?`;
  } catch {
    return null;
  }
}
