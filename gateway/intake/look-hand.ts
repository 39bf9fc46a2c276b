/**
 * One thread that looks. When it ends by itself, or hangs, nothing was seen of what it held: who gave it is told, and the
 * next handful finds a new thread.
 */
import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import type { RegionFile } from '../regions/region.ts';
import { backFromThread, toThread, type Answer, type Asking, type Handful } from './look-crossing.ts';

export interface LookThreadData {
  readonly region: RegionFile;
  /** The keys of its sources, by the name of their environment variable. */
  readonly secrets: Readonly<Record<string, string | undefined>>;
  /** The ledger's own. */
  readonly ownKey: Uint8Array;
}

/** Null: the thread is gone, and nothing was seen. */
type Told = (answers: readonly Answer[] | null) => void;

export interface HandOptions {
  readonly data: LookThreadData;
  readonly log: Pick<Log, 'failure'>;
  /** What it may hold, in MB; as much as V8 gives by itself unless told. */
  readonly heapMb?: number | undefined;
  /** How long it may look at one handful. */
  readonly limitMs: number;
}

/** Node 20 runs no TypeScript: from the sources, as tests run, the thread is the built one. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/gateway/intake/look-thread.js' : 'look-thread.js',
  import.meta.url,
);
/** What lives shorter than a handful; a thread left to itself takes twice as much, and is hardly faster for it. */
const YOUNG_MB = 24;
/** Ended so often in a row without one answer, it is not the messages. */
const MOST_ENDS = 3;

export class Hand {
  readonly #options: HandOptions;
  readonly #holds: { readonly told: Told; readonly watch: NodeJS.Timeout }[] = [];
  #worker: Worker | null = null;
  #prepares = false;
  #ends = 0;

  constructor(options: HandOptions) {
    this.#options = options;
    this.#begin();
  }

  /** Handfuls it has not answered. */
  get held(): number {
    return this.#holds.length;
  }

  get isWell(): boolean {
    return this.#ends < MOST_ENDS;
  }

  prepare(): void {
    this.#prepares = true;
    this.#worker?.postMessage('prepare');
  }

  give(asked: readonly Asking[], told: Told): void {
    const late = (): void => this.#gone(new Error('a thread looked too long'));
    this.#holds.push({ told, watch: setTimeout(late, this.#options.limitMs).unref() });
    try {
      const handful = toThread(asked);
      if (this.#worker === null) this.#begin();
      this.#worker?.postMessage(handful, [handful.bytes.buffer]);
    } catch (error) {
      this.#gone(error);
    }
  }

  async end(): Promise<void> {
    for (const { watch } of this.#holds) clearTimeout(watch);
    await this.#leave()?.terminate();
  }

  #begin(): void {
    const { data, heapMb } = this.#options;
    const old = heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb };
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, ...old };
    // Whatever Node was started with is meant for the process: some of it (`-e`, `--input-type`) ends every thread.
    const begun = new Worker(THREAD, { workerData: data, resourceLimits, execArgv: [] });
    begun.on('message', (answers: Handful) => this.#answered(answers));
    begun.on('error', (error) => this.#gone(error));
    begun.on('exit', (code) => this.#gone(new Error(`a thread that looks ended with ${code}`)));
    begun.unref();
    if (this.#prepares) begun.postMessage('prepare');
    this.#worker = begun;
  }

  #answered(answers: Handful): void {
    this.#ends = 0;
    const hold = this.#holds.shift();
    clearTimeout(hold?.watch);
    hold?.told(backFromThread(answers));
  }

  #gone(error: unknown): void {
    this.#options.log.failure('look.failed', error);
    this.#ends += 1;
    void this.#leave()?.terminate();
    for (const { told, watch } of this.#holds.splice(0)) {
      clearTimeout(watch);
      told(null);
    }
  }

  /** What a thread says from now on is nobody's. */
  #leave(): Worker | null {
    const left = this.#worker;
    this.#worker = null;
    left?.removeAllListeners().on('error', () => undefined);
    return left;
  }
}
