/** The tracking API as the command line calls it. */
import { EXIT, say, type Exit } from './print.ts';

export interface Api {
  readonly url: string;
  readonly key: string | undefined;
}

export type Answer = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly exit: Exit };

export async function call({ url, key }: Api, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(new URL(path, url), {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    text = await response.text();
  } catch (error) {
    say(`cannot reach ${url}: ${reasonOf(error)}`);
    return { ok: false, exit: EXIT.unreachable };
  }
  const answer = parsed(text);
  if (response.ok && answer !== undefined) return { ok: true, body: answer };
  say(
    `${method} ${path.split('?')[0] ?? path}: ${response.status} ${wordsOf(answer) ?? 'this is no answer of a gateway'}`,
  );
  return { ok: false, exit: response.status === 503 ? EXIT.unreachable : EXIT.refused };
}

/** What lies under "fetch failed": `connect ECONNREFUSED 127.0.0.1:8080`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = 'code' in cause ? String(cause.code) : cause.name;
  return cause.message === '' ? code : cause.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The words of `{ error: { text, location } }`, else the answer as it is. */
function wordsOf(answer: unknown): string | undefined {
  const error: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'error') : undefined;
  if (typeof error !== 'object' || error === null) return answer === undefined ? undefined : JSON.stringify(answer);
  const text: unknown = Reflect.get(error, 'text');
  const location: unknown = Reflect.get(error, 'location');
  return `${typeof location === 'string' && location !== '' ? `${location}: ` : ''}${String(text)}`;
}
