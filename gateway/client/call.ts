/** One HTTP call to a gateway: what a yes carries, and every other answer as a GatewayError. */
import { GatewayError, type Fault } from './error.ts';

export interface GatewayOptions {
  /** `https://gateway.example.org` */
  readonly baseUrl: string | URL;
  /** Bearer key: a source's at the doors, OPERATOR_KEY or INTEGRATOR_KEY at the tracking API. */
  readonly key?: string;
  /** In the sandbox, who calls: `sandbox-hospital` or `sandbox-ecd`. */
  readonly source?: string;
  /** 30,000 ms unless told. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly query?: object;
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
  readonly ifMatch?: string;
}

export interface Answered {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** From `Location: /messages/{id}`. */
  readonly messageId: string | null;
  /** From `ETag: W/"3"`. */
  readonly version: string | null;
}

export type Call = (path: string, asked?: Asked) => Promise<Answered>;

export function caller(options: GatewayOptions): Call {
  const send = options.fetch ?? fetch;
  return async (path, asked = {}) => {
    const url = new URL(path, options.baseUrl);
    for (const [name, value] of Object.entries(asked.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    let answered: Answered;
    let response: Response;
    try {
      response = await send(url, {
        method: asked.method ?? 'GET',
        headers: {
          accept: 'application/fhir+json, application/json;q=0.9, */*;q=0.1',
          ...(asked.contentType === undefined ? {} : { 'content-type': asked.contentType }),
          ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
          ...(options.source === undefined ? {} : { 'x-source': options.source }),
          ...(asked.ifMatch === undefined ? {} : { 'if-match': asked.ifMatch }),
        },
        ...(asked.body === undefined ? {} : { body: asked.body }),
        signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
      });
      answered = {
        status: response.status,
        bytes: new Uint8Array(await response.arrayBuffer()),
        contentType: response.headers.get('content-type') ?? '',
        messageId: /\/messages\/([^/?#]+)/.exec(response.headers.get('location') ?? '')?.[1] ?? null,
        version: /"([^"]*)"/.exec(response.headers.get('etag') ?? '')?.[1] ?? null,
      };
    } catch (cause) {
      throw new GatewayError('unreachable', `no answer from ${url.origin}`, { status: null, cause });
    }
    if (response.ok) return answered;
    throw refusalOf(answered, Number(response.headers.get('retry-after') ?? '') || null);
  };
}

function refusalOf({ status, bytes, messageId }: Answered, retryAfterSeconds: number | null): GatewayError {
  const faults = faultsOf(new TextDecoder().decode(bytes));
  const kind = status === 412 ? 'stale' : status >= 500 || status === 429 ? 'unreachable' : 'refused';
  const text = faults.map((fault) => fault.text).join(' ') || `HTTP ${status}`;
  return new GatewayError(kind, text, { status, faults, messageId, retryAfterSeconds });
}

/** The faults of an OperationOutcome (the doors) or of `{ error }` (the tracking API). */
function faultsOf(body: string): readonly Fault[] {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return [];
  }
  const error = get(answer, 'error');
  if (error !== undefined)
    return [
      { code: textOf(error, 'code') ?? '', text: textOf(error, 'text') ?? '', location: textOf(error, 'location') },
    ];
  const issues = get(answer, 'issue');
  return (Array.isArray(issues) ? issues : []).map((issue: unknown) => {
    const expression = get(issue, 'expression');
    const location: unknown = Array.isArray(expression) ? expression[0] : undefined;
    return {
      code: textOf(issue, 'code') ?? '',
      text: textOf(get(issue, 'details'), 'text') ?? textOf(issue, 'diagnostics') ?? '',
      location: typeof location === 'string' ? location : null,
    };
  });
}

const get = (node: unknown, key: string): unknown =>
  typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined;

const textOf = (node: unknown, key: string): string | null => {
  const value = get(node, key);
  return typeof value === 'string' && value !== '' ? value : null;
};
