/**
 * Looking in threads of their own, so that mapping and proving one message goes on while another is committed. What arrives
 * is given to the threads by the handful; what they saw is told in the order of asking, whichever thread was first: a
 * sender's messages may not overtake each other.
 */
import type { Ledger } from '../ledger/ledger.ts';
import type { Asking as Coalition } from './identify.ts';
import type { Stamp } from './judge.ts';
import type { Answer } from './look-crossing.ts';
import { Hand, type HandOptions } from './look-hand.ts';
import type { Look, Looked } from './look.ts';
import type { Looking } from './receive.ts';

export interface LookAside {
  readonly look: Look;
  /** Compiles what the first transfer would wait for. */
  readonly prepare: () => void;
  /** False when threads end again and again without seeing anything. */
  readonly isWell: () => boolean;
  stop(): Promise<void>;
}

export interface LookAsideDeps extends Coalition, Pick<Ledger, 'ownKey'>, Pick<HandOptions, 'log'> {
  readonly heapMb?: number;
  /** A minute unless told. */
  readonly limitMs?: number;
}

/** What shares a way to a thread, and later a commit; with one being looked at and one waiting, a thread never rests. */
const MOST_IN_HAND = 64;
const MOST_BYTES = 1_000_000;
const HANDFULS = 2;

interface Asked {
  readonly arrival: Looking;
  readonly stamp: Stamp;
  readonly tell: (looked: Looked) => void;
  readonly fail: (error: unknown) => void;
  /** What was seen; null while it is being looked at. */
  seen: Answer | null;
}

export function lookAside(deps: LookAsideDeps, threads: number): LookAside {
  const { region, secret, ownKey, log, heapMb, limitMs = 60_000 } = deps;
  const names = region.sources.flatMap(({ auth }) => (auth.kind === 'api-key' ? [auth.keyEnv] : []));
  const secrets = Object.fromEntries(names.map((name) => [name, secret(name)]));
  const options = { data: { region, secrets, ownKey }, log, heapMb, limitMs };
  const hands = Array.from({ length: threads }, () => new Hand(options));
  /** In the order of asking: all that was not told yet, and of them those that wait for a thread. */
  const open: Asked[] = [];
  const waiting: Asked[] = [];
  /** Those a thread ended under. Each is looked at once more, alone: of many one is to blame, and it takes no other along. */
  const again: Asked[] = [];
  let giving = false;
  let stopped = false;

  const tell = (): void => {
    for (let first = open[0]; first?.seen; first = open[0]) {
      open.shift();
      if ('looked' in first.seen) first.tell(first.seen.looked);
      else first.fail(first.seen.thrown);
    }
  };
  const seen = (handful: readonly Asked[], answers: readonly Answer[] | null): void => {
    if (answers === null && handful.length > 1) again.push(...handful);
    else for (const [at, one] of handful.entries()) one.seen = answers?.[at] ?? { thrown: new LookLost() };
    tell();
    soon();
  };
  const next = (): Asked[] => {
    const alone = again.shift();
    return alone === undefined ? handfulOf(waiting) : [alone];
  };
  const give = (): void => {
    giving = false;
    for (let hand = freest(hands); hand !== null && again.length + waiting.length > 0; hand = freest(hands)) {
      const handful = next();
      hand.give(handful, (answers) => seen(handful, answers));
    }
  };
  /** What else arrives in this turn goes along. */
  const soon = (): void => {
    if (!giving) setImmediate(give);
    giving = true;
  };

  return {
    look: (arrival, stamp) =>
      new Promise((told, failed) => {
        if (stopped) return failed(new LookLost());
        const asked: Asked = { arrival, stamp, tell: told, fail: failed, seen: null };
        open.push(asked);
        waiting.push(asked);
        soon();
      }),
    prepare: () => {
      for (const hand of hands) hand.prepare();
    },
    isWell: () => hands.some((hand) => hand.isWell),
    stop: async () => {
      stopped = true;
      await Promise.all(hands.map((hand) => hand.end()));
      for (const { fail } of open.splice(0)) fail(new LookLost());
    },
  };
}

/** The first of those that wait: few enough, and not more in bytes than one large message is. */
function handfulOf(waiting: Asked[]): Asked[] {
  let bytes = 0;
  const beyond = waiting.findIndex(({ arrival }, at) => {
    bytes += arrival.bytes.length;
    return at > 0 && (at >= MOST_IN_HAND || bytes > MOST_BYTES);
  });
  return waiting.splice(0, beyond < 0 ? waiting.length : beyond);
}

/** Null when all have their hands full. */
function freest(hands: readonly Hand[]): Hand | null {
  const [most] = [...hands].sort((a, b) => a.held - b.held);
  return most !== undefined && most.held < HANDFULS ? most : null;
}

/** The thread ended while it looked: nothing was stored, and the sender may ask again. */
export class LookLost extends Error {}
