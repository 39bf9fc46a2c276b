/** POSTs a transaction Bundle to a FHIR base (CONTRACT section 5), over kept-alive connections of the destination's own. */
import axios, { type AxiosResponse } from 'axios';
import type { Claimed } from '../../gateway/ledger/ledger.ts';
import type { Destination } from '../../gateway/regions/region.ts';
import { explainOutcome } from './outcome.ts';
import type { AttemptResult, Sender } from './sender.ts';
import { Call, transportTo } from './transport.ts';

export type FhirDestination = Extract<Destination, { protocol: 'fhir' }>;

function resultOf({ status, headers, data }: AxiosResponse<string>): AttemptResult {
  const retryAfter: unknown = headers['retry-after'];
  return {
    kind: 'http',
    status,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
    explanation: status >= 200 && status < 300 ? null : explainOutcome(data),
  };
}

function faultOf(error: unknown, sent: boolean, timedOut: boolean, stopped: boolean): AttemptResult {
  if (!axios.isAxiosError(error)) throw error;
  const code = timedOut ? 'timeout' : stopped ? 'stopped' : (error.code ?? 'network');
  const what = timedOut ? 'no answer in time' : stopped ? 'cut off by a stop of the gateway' : `network fault ${code}`;
  return { kind: 'fault', code, text: sent ? `${what}; it may have been received` : what, sent };
}

export function fhirSender(destination: FhirDestination, secrets: (envName: string) => string | undefined): Sender {
  const { auth, timeoutMs } = destination;
  const transport = transportTo(destination.baseUrl, destination.concurrency);
  const client = axios.create({
    adapter: transport.adapter,
    validateStatus: () => true,
    transformRequest: (body: unknown) => body,
    transformResponse: (body: unknown) => body,
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
      const call = new Call(delivery.body.bytes, ending.signal);
      try {
        return resultOf(await client.post<string>(destination.baseUrl, call, { headers: headersFor(delivery) }));
      } catch (error) {
        return faultOf(error, call.left, timedOut, signal.aborted);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      }
    },
    renew: () => {
      key = readKey();
    },
    close: () => transport.close(),
  };
}
