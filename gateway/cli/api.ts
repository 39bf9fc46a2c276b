/** The tracking API as the command line calls it. */
import { EXIT, say, type Exit } from './print.ts';

export interface Api {
  readonly url: string;
  readonly key: string | undefined;
}

export type Answer = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly exit: Exit };

export async function call({ url, key }: Api, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  let response: Response;
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
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    say(`cannot reach ${url}: ${reason}`);
    return { ok: false, exit: EXIT.unreachable };
  }
  const text = await response.text();
  if (response.ok) return { ok: true, body: JSON.parse(text) as unknown };
  say(`${method} ${path}: ${response.status} ${text}`);
  return { ok: false, exit: response.status === 503 ? EXIT.unreachable : EXIT.refused };
}
