/** `messages` and `show`: the tracking API on the command line. */
import { z } from 'zod';
import { call, type Api } from './api.ts';
import { EXIT, line, paint, say, type Exit } from './print.ts';

const summary = z.looseObject({
  id: z.string(),
  receivedAt: z.string(),
  source: z.string(),
  type: z.string().nullable(),
  controlId: z.string().nullable(),
  flow: z.string().nullable(),
  status: z.string(),
});
const page = z.looseObject({ items: z.array(summary), next: z.string().nullable() });

const details = summary.extend({
  refusal: z.looseObject({ text: z.string(), location: z.string().nullish() }).nullish(),
  warnings: z.array(z.looseObject({ code: z.string(), location: z.string(), text: z.string() })),
  deliveries: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      destination: z.string(),
      status: z.string(),
      attempts: z.number(),
      nextAttemptAt: z.string().nullish(),
      lastError: z.looseObject({ class: z.string(), code: z.string(), text: z.string() }).nullish(),
    }),
  ),
  events: z.array(z.looseObject({ at: z.string(), event: z.string(), detail: z.string().nullish() })),
});

export interface MessagesOptions {
  readonly json?: boolean;
  /** Looked up by keyed hash; sent in a body, never in a URL. */
  readonly bsn?: string;
  readonly limit?: string;
  readonly [filter: string]: string | boolean | undefined;
}

export const FILTERS = ['status', 'flow', 'source', 'type', 'controlId', 'since', 'until', 'limit', 'cursor'] as const;

export async function messagesCommand(api: Api, options: MessagesOptions): Promise<Exit> {
  const filter = Object.fromEntries(
    FILTERS.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : [])),
  );
  const answer =
    options.bsn === undefined
      ? await call(api, 'GET', `/messages?${new URLSearchParams(filter).toString()}`)
      : await call(api, 'POST', '/messages/search', {
          ...filter,
          ...(options.limit === undefined ? {} : { limit: Number(options.limit) }),
          bsn: options.bsn === '-' ? await firstLine() : options.bsn,
        });
  if (!answer.ok) return answer.exit;
  if (options.json === true) {
    line(JSON.stringify(answer.body, null, 2));
    return EXIT.ok;
  }
  const read = page.safeParse(answer.body);
  if (!read.success) return notOurs(api);
  const { items, next } = read.data;
  for (const { id, receivedAt, status, flow, type, source, controlId } of items) {
    line(
      [id, receivedAt, coloured(status, status.padEnd(9)), flow ?? '-', type ?? '-', source, controlId ?? '-'].join(
        '  ',
      ),
    );
  }
  const count = items.length === 1 ? '1 message' : `${items.length} messages`;
  say(next === null ? count : `${count}; more with --cursor ${next}`);
  return EXIT.ok;
}

/** A BSN given as `-`. */
export async function firstLine(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8').trim();
}

export async function showCommand(api: Api, id: string, options: { readonly json?: boolean }): Promise<Exit> {
  const answer = await call(api, 'GET', `/messages/${encodeURIComponent(id)}`);
  if (!answer.ok) return answer.exit;
  if (options.json === true) {
    line(JSON.stringify(answer.body, null, 2));
    return EXIT.ok;
  }
  const read = details.safeParse(answer.body);
  if (!read.success) return notOurs(api);
  const shown = read.data;
  line(`${shown.id}  ${coloured(shown.status)}  ${shown.flow ?? '-'}  ${shown.type ?? '-'}  from ${shown.source}`);
  if (shown.refusal) line(`  refused at ${shown.refusal.location ?? '-'}: ${shown.refusal.text}`);
  for (const { code, location, text } of shown.warnings) line(`  warning ${code} at ${location}: ${text}`);
  for (const { id: deliveryId, kind, destination, status, attempts, nextAttemptAt, lastError } of shown.deliveries) {
    const next = nextAttemptAt === null || nextAttemptAt === undefined ? '' : `, next ${nextAttemptAt}`;
    const tried = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
    line(`  ${kind} to ${destination}: ${coloured(status)} after ${tried}${next} (${deliveryId})`);
    if (lastError) line(`    ${lastError.class} ${lastError.code}: ${lastError.text}`);
  }
  for (const { at, event, detail } of shown.events) line(`  ${at}  ${event}${detail ? `  ${detail}` : ''}`);
  return EXIT.ok;
}

export function notOurs({ url }: Api): Exit {
  say(`${url} answers, but not as a gateway does`);
  return EXIT.refused;
}

const coloured = (status: string, text = status): string =>
  status === 'delivered'
    ? paint('green', text)
    : ['refused', 'dead', 'parked'].includes(status)
      ? paint('red', text)
      : paint('yellow', text);
