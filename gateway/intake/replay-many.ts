/**
 * Many messages sent again, by filter: the oldest first, so that a patient's are in their old order again. Goes through
 * the ledger page by page and message by message, each its own commit; what is kept is one line for each message. A run
 * that broke off is given again: a dead message that is back in line is no longer found among the dead.
 */
import type { MessageFilter, Reader, StoredMessage } from '../ledger/ledger.ts';
import type { Rehearse, Replay, ReplayedOne, ReplayMany } from '../http/deps.ts';
import { whyNot } from './replay.ts';

interface ReplayManyDeps {
  readonly ledger: Pick<Reader, 'messages' | 'newerOnSameThing'>;
  readonly replay: Replay;
  readonly rehearse: Rehearse;
}

/** Messages looked up at once. */
const PAGE = 100;
/** Paths told of a dry run; what the mapping makes otherwise is otherwise everywhere, so that a few tell it. */
const MOST_PATHS = 100;

export function createReplayMany(deps: ReplayManyDeps): ReplayMany {
  return async (filter, { dryRun, ...how }) => {
    const items: ReplayedOne[] = [];
    const paths = new Map<string, number>();
    const { destination } = filter;
    const one = dryRun ? rehearsing(deps, how, paths) : replaying(deps, { ...how, destination });
    let cursor = filter.cursor;
    do {
      const limit = Math.min(PAGE, filter.limit - items.length);
      const page = await deps.ledger.messages({ ...pageOf(filter, cursor), limit, order: 'oldest' });
      for (const message of page.items) items.push(await one(message));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined && items.length < filter.limit);
    const done = items.filter(({ code }) => code === 'replayed' || code === 'same' || code === 'different').length;
    return {
      dryRun,
      found: items.length,
      replayed: dryRun ? 0 : done,
      refused: items.length - done,
      items,
      ...(dryRun ? { difference: summaryOf(paths) } : {}),
      next: cursor ?? null,
    };
  };
}

const pageOf = (filter: MessageFilter, cursor: string | undefined): MessageFilter =>
  cursor === undefined ? filter : { ...filter, cursor };

type One = (message: StoredMessage) => Promise<ReplayedOne>;

const replaying =
  ({ replay }: ReplayManyDeps, how: Parameters<Replay>[1]): One =>
  async ({ id }) => {
    const replayed = await replay(id, how);
    return replayed.ok ? { id, code: 'replayed', deliveries: replayed.deliveries } : refusedOne(id, replayed);
  };

/** Counts for each path, the place in its Bundle left out, the messages in which it would differ. */
const rehearsing =
  ({ ledger, rehearse }: ReplayManyDeps, how: Parameters<Replay>[1], paths: Map<string, number>): One =>
  async (message) => {
    const { id } = message;
    const refused = await whyNot(ledger, message, how.force);
    if (refused !== null) return refusedOne(id, refused);
    const { mapping } = how;
    const rehearsed = await rehearse(id, { mapping });
    if (!rehearsed.ok) return refusedOne(id, rehearsed);
    for (const path of new Set(rehearsed.difference.map(({ path }) => withoutPlaces(path))))
      paths.set(path, (paths.get(path) ?? 0) + 1);
    return { id, code: rehearsed.difference.length === 0 ? 'same' : 'different', deliveries: [] };
  };

const withoutPlaces = (path: string): string => path.replace(/\[\d+\]/g, '[]');

const summaryOf = (paths: ReadonlyMap<string, number>): { path: string; messages: number }[] =>
  [...paths]
    .map(([path, messages]) => ({ path, messages }))
    .sort((a, b) => b.messages - a.messages || a.path.localeCompare(b.path))
    .slice(0, MOST_PATHS);

function refusedOne(id: string, refused: Exclude<Awaited<ReturnType<Replay>>, { ok: true }>): ReplayedOne {
  if (refused.reason === 'newer-message') {
    return {
      id,
      code: 'newer-message',
      deliveries: [],
      text: 'a newer message changed the same thing',
      newer: refused.newer,
    };
  }
  // Between the page and here it may have been replayed, or its content destroyed.
  const text = refused.reason === 'not-found' ? 'no such message' : refused.text;
  return { id, code: 'not-replayable', deliveries: [], text };
}
