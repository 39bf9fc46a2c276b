/**
 * Whether there is room for one more: what is open of a source, and what waits for a destination, are bounded by the region,
 * and the ledger counts them. It is asked at most a few times a second; what was let in since counts with it, so that a
 * burst between two looks finds the same bound (each process for itself: several may go over it by a quarter of a second).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { destinationsOf, senderKind } from '../flows/recipients.ts';
import type { Reader } from '../ledger/ledger.ts';
import { wijkkliniekenOf } from '../regions/load.ts';
import type { Destination, Flow, RegionFile, Source } from '../regions/region.ts';

export interface Room {
  /** True, and counted, when one more may come in; a ledger that is away says so at the commit, not here. */
  enter(source: Source, flow: Flow): Promise<boolean>;
  /** True once one more may come in; false when `ms` have passed. */
  until(source: Source, flow: Flow, ms: number): Promise<boolean>;
}

const LOOK_MS = 250;
/** Who waits asks what was seen last so often. */
const ASK_MS = 50;
/** What was seen longer ago is looked at anew before it is believed. */
const STALE_MS = 1_000;
/** Who was sent just ahead of the others found none: nobody of the same source overtakes, though a look falls between. */
const DENIED_MS = 200;

export function createRoom(region: RegionFile, ledger: Pick<Reader, 'backlog' | 'sourceBacklog'>): Room {
  let sources: ReadonlyMap<string, number> = new Map();
  let waiting: ReadonlyMap<string, number> = new Map();
  /** Let in since they were counted, by source and by destination. */
  let since = new Map<string, number>();
  const deniedUntil = new Map<string, number>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    try {
      const [bySource, backlog] = await Promise.all([ledger.sourceBacklog(), ledger.backlog()]);
      sources = bySource;
      waiting = new Map(backlog.map((one) => [one.destination, one.waiting + one.sending + one.retrying]));
      since = new Map();
    } catch {
      // Away: what was seen last still holds.
    }
    lookedAt = performance.now();
    looking = null;
  };
  const fresh = async (): Promise<void> => {
    const age = performance.now() - lookedAt;
    if (age > LOOK_MS) looking ??= look();
    if (age > STALE_MS) await looking;
  };

  const isDenied = ({ id }: Source): boolean => performance.now() < (deniedUntil.get(id) ?? 0);
  const isFull = (source: Source, to: readonly Destination[]): boolean => {
    const beyond = (key: string, counted: number | undefined, most: number): boolean =>
      (counted ?? 0) + (since.get(key) ?? 0) >= most;
    if (beyond(`source ${source.id}`, sources.get(source.id), source.maxOpen)) return true;
    const full = to.filter(({ id, maxOpen }) => beyond(`destination ${id}`, waiting.get(id), maxOpen));
    // Of several VVTs one will get it: which one is known only in the commit.
    return hostsOf(region).length > 1 ? to.length > 0 && full.length === to.length : full.length > 0;
  };
  const recipients = (source: Source, flow: Flow): readonly Destination[] =>
    destinationsOf(region, flow, senderKind(region, source.id), hostsOf(region));
  const count = (key: string): unknown => since.set(key, (since.get(key) ?? 0) + 1);

  return {
    enter: async (source, flow) => {
      await fresh();
      const to = recipients(source, flow);
      if (isDenied(source)) return false;
      if (isFull(source, to)) {
        deniedUntil.set(source.id, performance.now() + DENIED_MS);
        return false;
      }
      count(`source ${source.id}`);
      for (const { id } of to) count(`destination ${id}`);
      return true;
    },
    until: async (source, flow, ms) => {
      const end = performance.now() + ms;
      while (performance.now() < end) {
        await fresh();
        if (!isDenied(source) && !isFull(source, recipients(source, flow))) return true;
        await sleep(ASK_MS);
      }
      return false;
    },
  };
}

/** VVTs that run wijkklinieken, when there are several. */
function hostsOf(region: RegionFile): readonly string[] {
  const hosts = [...new Set(wijkkliniekenOf(region).map(({ party }) => party))];
  return hosts.length > 1 ? hosts : [];
}
