/** POSTs a transaction Bundle to a FHIR base (CONTRACT section 5), over kept-alive connections of the destination's own. */
import axios, { type AxiosResponse } from 'axios';
import { Agent as HttpAgent, ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import type { Claimed } from '../../gateway/ledger/ledger.ts';
import type { Destination } from '../../gateway/regions/region.ts';
import { explainOutcome } from './outcome.ts';
import type { AttemptResult, Sender } from './sender.ts';

export type FhirDestination = Extract<Destination, { protocol: 'fhir' }>;

/** More of an answer is not read: its status has decided already. */
const MOST_ANSWER_BYTES = 256 * 1024;

/** Faults that happen before a byte of the request leaves: name, route, connection, certificate. */
const BEFORE_SENDING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EADDRNOTAVAIL|EPROTO|ERR_TLS_.*|ERR_SSL_.*|.*CERT.*|UNABLE_TO_.*)$/;

/** Reads the answer to its end, so that the connection can serve the next call; a longer one costs its connection. */
async function readBounded(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST_ANSWER_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The status line came: what the receiver decided is known even when its words break off.
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function resultOf(response: AxiosResponse<Readable>): Promise<AttemptResult> {
  const { status, headers, data } = response;
  const text = await readBounded(data);
  const retryAfter: unknown = headers['retry-after'];
  return {
    kind: 'http',
    status,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
    explanation: status >= 200 && status < 300 ? null : explainOutcome(text),
  };
}

/** True while the connection was still being made: the receiver cannot have seen the request. */
const neverConnected = (request: unknown): boolean =>
  request instanceof ClientRequest && (request.socket === null || request.socket.connecting);

function faultOf(error: unknown, timedOut: boolean, stopped: boolean): AttemptResult {
  if (!axios.isAxiosError(error) && !axios.isCancel(error)) throw error;
  const request: unknown = 'request' in error ? error.request : undefined;
  const raw = 'code' in error ? error.code : undefined;
  const code = timedOut ? 'timeout' : stopped ? 'stopped' : (raw ?? 'network');
  const sent = !(BEFORE_SENDING.test(code) || neverConnected(request));
  const what = timedOut ? 'no answer in time' : stopped ? 'cut off by a stop of the gateway' : `network fault ${code}`;
  return { kind: 'fault', code, text: sent ? `${what}; it may have been received` : what, sent };
}

export function fhirSender(destination: FhirDestination, secrets: (envName: string) => string | undefined): Sender {
  const { auth, timeoutMs } = destination;
  const settings = { keepAlive: true, maxSockets: destination.concurrency };
  const httpAgent = new HttpAgent(settings);
  const httpsAgent = new HttpsAgent(settings);
  const client = axios.create({
    httpAgent,
    httpsAgent,
    // A receiver's redirect would carry patient data to an address nobody configured.
    maxRedirects: 0,
    proxy: false,
    decompress: false,
    maxBodyLength: Number.POSITIVE_INFINITY,
    responseType: 'stream',
    validateStatus: () => true,
    transformRequest: (body: unknown) => body,
  });
  const readKey = (): string | undefined => (auth.kind === 'api-key' ? secrets(auth.keyEnv) : undefined);
  let key = readKey();

  const headersFor = (delivery: Claimed): Record<string, string> => ({
    'Content-Type': delivery.body.mediaType,
    Accept: delivery.body.mediaType,
    'Accept-Encoding': 'identity',
    'X-Request-Id': delivery.messageId,
    traceparent: delivery.traceparent,
    'Idempotency-Key': delivery.idempotencyKey,
    ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
  });

  return {
    send: async (delivery, signal) => {
      if (auth.kind === 'api-key' && key === undefined) {
        key = readKey();
        const text = `the environment variable ${auth.keyEnv} is not set`;
        if (key === undefined) return { kind: 'fault', code: 'no-credential', text, sent: false };
      }
      const ending = new AbortController();
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        ending.abort();
      }, timeoutMs);
      const stop = (): void => ending.abort();
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      try {
        const { body } = delivery;
        const bytes = Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength);
        const request = { headers: headersFor(delivery), signal: ending.signal };
        return await resultOf(await client.post<Readable>(destination.baseUrl, bytes, request));
      } catch (error) {
        return faultOf(error, timedOut, signal.aborted);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      }
    },
    renew: () => {
      key = readKey();
    },
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
