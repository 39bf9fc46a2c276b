/**
 * Reads a request's body, bounded: per message, and over all requests at once, so that many large uploads cannot fill
 * the memory. No decompression: what is signed for by its hash is what came over the wire.
 */
import type { IncomingMessage } from 'node:http';
import type { ByteBudget } from '../budget.ts';

export type BodyRead =
  | { readonly ok: true; readonly bytes: Buffer }
  /** `head`: the beginning, at most HEAD_BYTES. */
  | { readonly ok: false; readonly reason: 'too-large'; readonly head: Buffer }
  /** `encoded`: a Content-Encoding; `busy`: the memory for bodies is taken; `aborted`: the caller went away. */
  | { readonly ok: false; readonly reason: 'encoded' | 'busy' | 'aborted' };

/** What is kept of a message that is too large: enough for the sender and the type (an MSH, a Bundle's head). */
const HEAD_BYTES = 64 * 1024;
/** A refused upload is read on so far, so that the caller sees the answer instead of a reset connection. */
const DRAIN_BYTES = 64 * 1024 * 1024;

export function readBody(request: IncomingMessage, limit: number, budget: ByteBudget): Promise<BodyRead> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    drain(request);
    return Promise.resolve({ ok: false, reason: 'encoded' });
  }
  const declared = Number(request.headers['content-length'] ?? 0);
  const most = declared > limit ? Math.min(HEAD_BYTES, limit) : limit;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (read: BodyRead): void => {
      request.off('data', take).off('end', end).off('close', aborted).off('error', aborted);
      if (!read.ok) {
        budget.giveBack(size);
        if (read.reason !== 'aborted') drain(request);
      }
      resolve(read);
    };
    const take = (chunk: Buffer): void => {
      if (size + chunk.length > most) {
        const head = Buffer.concat([...chunks, chunk]).subarray(0, Math.min(HEAD_BYTES, limit));
        finish({ ok: false, reason: 'too-large', head: Buffer.from(head) });
      } else if (!budget.take(chunk.length)) {
        finish({ ok: false, reason: 'busy' });
      } else {
        chunks.push(chunk);
        size += chunk.length;
      }
    };
    const end = (): void => finish({ ok: true, bytes: Buffer.concat(chunks, size) });
    const aborted = (): void => finish({ ok: false, reason: 'aborted' });
    request.on('data', take).on('end', end).on('close', aborted).on('error', aborted);
  });
}

/** Reads on and forgets, up to a bound; beyond it the connection is cut. */
function drain(request: IncomingMessage): void {
  let left = DRAIN_BYTES;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}
