/** `replay`: messages by id, or all that a filter finds, page by page. */
import { z } from 'zod';
import { call, type Api } from './api.ts';
import { EXIT, line, say, worst, type Exit } from './print.ts';
import { FILTERS, firstLine, notOurs } from './track.ts';

export interface ReplayOptions {
  readonly json?: boolean;
  readonly mapping?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** In all; every message the filter finds unless told. */
  readonly limit?: string;
  readonly [filter: string]: string | boolean | undefined;
}

/** Messages of one call: it is answered well within the time a call may take. */
const PAGE = 200;

export async function replayCommand(api: Api, ids: readonly string[], options: ReplayOptions): Promise<Exit> {
  const filter = Object.fromEntries(
    [...FILTERS, 'destination', 'bsn'].flatMap((name) =>
      name !== 'limit' && typeof options[name] === 'string' ? [[name, options[name]]] : [],
    ),
  );
  const filtered = Object.keys(filter).length > 0;
  if (filtered === ids.length > 0) {
    say('replay takes the ids of messages, or a filter (--status dead --destination ecd): one of the two');
    return EXIT.usage;
  }
  return filtered ? replayFound(api, filter, options) : replayEach(api, ids, options);
}

async function replayEach(api: Api, ids: readonly string[], options: ReplayOptions): Promise<Exit> {
  const exits: Exit[] = [EXIT.ok];
  for (const id of ids) {
    const query = new URLSearchParams({
      ...(options.mapping === undefined ? {} : { mapping: options.mapping }),
      ...(options.dryRun === true ? { dryRun: 'true' } : {}),
    });
    const answer = await call(api, 'POST', `/messages/${encodeURIComponent(id)}/replay?${query.toString()}`, {
      force: options.force === true,
    });
    if (!answer.ok) {
      exits.push(answer.exit);
      continue;
    }
    const read = replayed.safeParse(answer.body);
    if (!read.success) return notOurs(api);
    if (options.json === true) line(JSON.stringify(answer.body));
    else for (const text of replayLines(id, read.data)) line(text);
  }
  return worst(exits);
}

const replayed = z.looseObject({ deliveries: z.array(z.string()), difference: z.array(z.string()).optional() });

function replayLines(id: string, { deliveries, difference }: z.output<typeof replayed>): string[] {
  if (difference === undefined) return [`${id}: ${newDeliveries(deliveries)}`];
  if (difference.length === 0) return [`${id}: the current mapping makes the same`];
  const words = difference.length === 1 ? '1 difference' : `${difference.length} differences`;
  return [`${id}: ${words}, nothing sent`, ...difference.map((text) => `    ${text}`)];
}

const newDeliveries = ({ length }: readonly string[]): string => `${length} new deliver${length === 1 ? 'y' : 'ies'}`;

const page = z.looseObject({
  refused: z.number(),
  items: z.array(
    z.looseObject({ id: z.string(), code: z.string(), deliveries: z.array(z.string()), text: z.string().optional() }),
  ),
  difference: z.array(z.looseObject({ path: z.string(), messages: z.number() })).optional(),
  next: z.string().nullable(),
});

/** One page after the other; with --json each page is one line. */
async function replayFound(api: Api, filter: Record<string, unknown>, options: ReplayOptions): Promise<Exit> {
  const { mapping, force = false, dryRun = false } = options;
  const asked = { ...filter, mapping, force, dryRun, ...(filter['bsn'] === '-' ? { bsn: await firstLine() } : {}) };
  const most = options.limit === undefined ? Number.POSITIVE_INFINITY : Number(options.limit);
  const paths = new Map<string, number>();
  let [found, refused] = [0, 0];
  let cursor: string | null | undefined;
  do {
    const limit = Math.min(PAGE, most - found);
    const answer = await call(api, 'POST', '/replay', { ...asked, ...(cursor === undefined ? {} : { cursor }), limit });
    if (!answer.ok) {
      if (found > 0) say(`stopped after ${found} messages; the same command goes on with what is left`);
      return answer.exit;
    }
    const read = page.safeParse(answer.body);
    if (!read.success) return notOurs(api);
    const { items, difference = [], next } = read.data;
    if (options.json === true) line(JSON.stringify(answer.body));
    else for (const { id, code, deliveries, text } of items) line(`${id}: ${wordsOf(code, deliveries, text)}`);
    for (const { path, messages } of difference) paths.set(path, (paths.get(path) ?? 0) + messages);
    found += items.length;
    refused += read.data.refused;
    cursor = next;
  } while (cursor !== null && found < most);
  for (const [path, messages] of paths) say(`  ${path}: otherwise in ${messages}`);
  say(`${found} found, ${found - refused} ${dryRun ? 'would be ' : ''}replayed, ${refused} refused`);
  return refused > 0 ? EXIT.refused : EXIT.ok;
}

const wordsOf = (code: string, deliveries: readonly string[], text = code): string =>
  code === 'replayed'
    ? newDeliveries(deliveries)
    : code === 'same'
      ? 'the current mapping makes the same'
      : code === 'different'
        ? 'the current mapping makes otherwise'
        : text;
