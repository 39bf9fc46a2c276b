/** What axios sends with: a request on one of a destination's kept-alive connections (undici), and no stream around it. */
import { AxiosError, AxiosHeaders, type AxiosAdapter } from 'axios';
import { Pool, type Dispatcher } from 'undici';

/** More of an answer is not read: its status has decided already. */
const MOST_ANSWER_BYTES = 256 * 1024;

/** What axios is given to send, as its data: one of a class of ours, which it hands on as it is. */
export class Call {
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal;
  /** Some of it may have left. */
  left = false;

  constructor(bytes: Uint8Array, signal: AbortSignal) {
    this.bytes = bytes;
    this.signal = signal;
  }
}

export interface Transport {
  readonly adapter: AxiosAdapter;
  /** Cuts what is under way. */
  close(): void;
}

/**
 * POSTs the bytes given, and answers with the text of the answer, cut at 256 KiB; its connection is lost then. Redirects
 * are answers like any other: followed, they would carry patient data to an address nobody configured.
 */
export function transportTo(baseUrl: string, connections: number): Transport {
  const { origin, pathname, search } = new URL(baseUrl);
  // Whoever sends says how long it waits; the pool's own clocks would be a second opinion.
  const pool = new Pool(origin, { connections, headersTimeout: 0, bodyTimeout: 0 });
  const path = pathname + search;
  const adapter: AxiosAdapter = (config) =>
    new Promise((resolve, reject) => {
      const call = config.data as Call;
      const { signal } = call;
      const chunks: Buffer[] = [];
      let size = 0;
      let status = 0;
      let headers = {};
      let controller: Dispatcher.DispatchController | null = null;
      const answered = (): void => {
        const data = Buffer.concat(chunks).toString('utf8');
        signal.removeEventListener('abort', cut);
        resolve({ data, status, statusText: '', headers: new AxiosHeaders(headers), config });
      };
      const failed = (error: Error): void => {
        signal.removeEventListener('abort', cut);
        reject(new AxiosError(error.message, codeOf(error), config));
      };
      /** Once the status line came, what the receiver decided is known even when its words break off. */
      const ended = (error: Error): void => (status === 0 ? failed(error) : answered());
      const cut = (): void => {
        const error = new Error('cut off');
        ended(error);
        // Without one it stands in line for a connection: when its turn comes it is not sent.
        controller?.abort(error);
      };
      if (signal.aborted) return failed(new Error('cut off'));
      signal.addEventListener('abort', cut);
      pool.dispatch(
        {
          path,
          method: 'POST',
          headers: config.headers.toJSON() as Record<string, string>,
          body: call.bytes,
        },
        {
          onRequestStart: (begun) => {
            controller = begun;
            if (signal.aborted) begun.abort(new Error('cut off'));
            else call.left = true;
          },
          onResponseStart: (_, code, told) => {
            if (code < 200) return;
            status = code;
            headers = told;
          },
          onResponseData: (begun, chunk) => {
            size += chunk.length;
            if (size > MOST_ANSWER_BYTES) begun.abort(new Error('long enough'));
            else chunks.push(chunk);
          },
          onResponseEnd: answered,
          onResponseError: (_, error) => ended(error),
        },
      );
    });
  return { adapter, close: () => void pool.destroy() };
}

/** `UND_ERR_SOCKET`: the peer closed the connection, as a reset does in other words. */
function codeOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'network';
  return code === 'UND_ERR_SOCKET' ? 'ECONNRESET' : code;
}
