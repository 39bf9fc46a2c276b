/**
 * Looking in threads of their own, so that mapping and proving one message goes on while another is committed. What arrives
 * is given to the threads by the handful; what they saw is told in the order of asking, whichever thread was first: a
 * sender's messages may not overtake each other.
 */
import { Worker } from 'node:worker_threads';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import type { RegionFile } from '../regions/region.ts';
import type { Asking } from './identify.ts';
import type { Stamp } from './judge.ts';
import { backFromThread, toThread, type Answer, type Handful } from './look-crossing.ts';
import type { Look, Looked } from './look.ts';
import type { Looking } from './receive.ts';

export interface LookThreadData {
  readonly region: RegionFile;
  /** The keys of its sources, by the name of their environment variable. */
  readonly secrets: Readonly<Record<string, string | undefined>>;
  /** The ledger's own. */
  readonly ownKey: Uint8Array;
}

export interface LookAside {
  readonly look: Look;
  /** Compiles what the first transfer would wait for. */
  readonly prepare: () => void;
  stop(): Promise<void>;
}

/** What shares a message to a thread, and later a commit; with one being looked at and one waiting, a thread never rests. */
const MOST_IN_HAND = 32;
const HANDFULS = 2;
/** What lives shorter than a handful; a thread left to itself takes twice as much, and is hardly faster for it. */
const YOUNG_MB = 24;

interface Asked {
  readonly arrival: Looking;
  readonly stamp: Stamp;
  readonly tell: (looked: Looked) => void;
  readonly fail: (error: unknown) => void;
  /** What was seen; null while it is being looked at. */
  seen: Answer | null;
}

/** Node 20 runs no TypeScript: from the sources, as tests run, the thread is the built one. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/gateway/intake/look-thread.js' : 'look-thread.js',
  import.meta.url,
);

export interface LookAsideDeps extends Asking, Pick<Ledger, 'ownKey'> {
  readonly log: Pick<Log, 'failure'>;
  /** What one thread may hold, in MB; as much as V8 gives by itself unless told. */
  readonly heapMb?: number;
}

export function lookAside({ region, secret, ownKey, log, heapMb }: LookAsideDeps, threads: number): LookAside {
  const names = region.sources.flatMap(({ auth }) => (auth.kind === 'api-key' ? [auth.keyEnv] : []));
  const secrets = Object.fromEntries(names.map((name) => [name, secret(name)]));
  const data: LookThreadData = { region, secrets, ownKey };
  /** In the order of asking: those being looked at, and those that wait for a thread. */
  const open: Asked[] = [];
  const waiting: Asked[] = [];
  let giving = false;
  let stopped = false;

  const tell = (): void => {
    for (let first = open[0]; first?.seen; first = open[0]) {
      open.shift();
      if ('looked' in first.seen) first.tell(first.seen.looked);
      else first.fail(first.seen.thrown);
    }
  };

  const old = heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb };
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, ...old };
  const begin = (): Hand => new Hand(() => new Worker(THREAD, { workerData: data, resourceLimits }), tell, log);
  const hands = Array.from({ length: threads }, begin);

  const give = (): void => {
    giving = false;
    for (let free = freest(hands); free !== null && waiting.length > 0; free = freest(hands)) {
      free.give(waiting.splice(0, MOST_IN_HAND), give);
    }
  };

  return {
    look: (arrival, stamp) =>
      new Promise((told, failed) => {
        if (stopped) return failed(new Error('the gateway is stopping'));
        const asked: Asked = { arrival, stamp, tell: told, fail: failed, seen: null };
        open.push(asked);
        waiting.push(asked);
        // What else arrives in this turn goes along.
        if (!giving) setImmediate(give);
        giving = true;
      }),
    prepare: () => {
      for (const hand of hands) hand.prepare();
    },
    stop: async () => {
      stopped = true;
      await Promise.all(hands.map((hand) => hand.end()));
    },
  };
}

/** Null when all have their hands full. */
function freest(hands: readonly Hand[]): Hand | null {
  const [most] = [...hands].sort((a, b) => a.held - b.held);
  return most !== undefined && most.held < HANDFULS ? most : null;
}

/** One thread. When it ends by itself nothing was seen of what it held, and who asked is told so; the next handful finds a new one. */
class Hand {
  readonly #make: () => Worker;
  readonly #tell: () => void;
  readonly #log: Pick<Log, 'failure'>;
  readonly #handfuls: { readonly asked: readonly Asked[]; readonly done: () => void }[] = [];
  #worker: Worker | null;

  constructor(make: () => Worker, tell: () => void, log: Pick<Log, 'failure'>) {
    this.#make = make;
    this.#tell = tell;
    this.#log = log;
    this.#worker = this.#begin();
  }

  get held(): number {
    return this.#handfuls.length;
  }

  prepare(): void {
    this.#worker?.postMessage('prepare');
  }

  give(asked: readonly Asked[], done: () => void): void {
    const handful = toThread(asked);
    this.#handfuls.push({ asked, done });
    this.#worker ??= this.#begin();
    this.#worker.postMessage(handful, [handful.bytes.buffer]);
  }

  async end(): Promise<void> {
    this.#worker?.removeAllListeners();
    await this.#worker?.terminate();
  }

  #begin(): Worker {
    const begun = this.#make();
    begun.on('message', (answers: Handful) => this.#answered(backFromThread(answers)));
    begun.on('error', (error) => this.#log.failure('look.failed', error));
    begun.on('exit', () => this.#gone());
    begun.unref();
    return begun;
  }

  #answered(answers: readonly Answer[]): void {
    const handful = this.#handfuls.shift();
    handful?.asked.forEach((one, index) => {
      one.seen = answers[index] ?? null;
    });
    this.#tell();
    handful?.done();
  }

  #gone(): void {
    const lost = this.#handfuls.splice(0);
    this.#worker = null;
    for (const one of lost.flatMap(({ asked }) => asked)) one.seen = { thrown: new LookLost() };
    this.#tell();
    for (const { done } of lost) done();
  }
}

/** The thread ended while it looked: nothing was stored, and the sender may ask again. */
export class LookLost extends Error {}
