/**
 * Full profile checking beside the doors: in a thread of its own, begun by the first question and ended after a quiet
 * while, so that a gateway nobody asks costs nothing more. One question at a time; the rest wait in a bounded line.
 */
import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import type { Answer, Question } from './answer.ts';

/** `busy`: the line is full. `failed`: the check ended the thread, or took too long; the next question finds a new one. */
export type Checked = Answer | { readonly kind: 'busy' | 'failed' };
export type Check = (question: Question) => Promise<Checked>;

export interface Conformance {
  readonly check: Check;
  stop(): Promise<void>;
}

export interface ConformanceOptions {
  /** Paths of FHIR packages: folders or `.tgz`. */
  readonly packages: readonly string[];
  readonly log: Log;
  /** Questions that may wait; 16 unless told. */
  readonly most?: number;
  /** How long one check may take, the loading of the packages by the first one included. */
  readonly limitMs?: number;
  readonly quietMs?: number;
  readonly heapMb?: number;
}

interface Waiting {
  readonly question: Question;
  readonly answered: (checked: Checked) => void;
}

/** Node 20 runs no TypeScript: from the sources, as tests run, the thread is the built one. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/gateway/conformance/thread.js' : 'thread.js',
  import.meta.url,
);

export function startConformance({
  packages,
  log,
  most = 16,
  limitMs = 60_000,
  quietMs = 10 * 60_000,
  heapMb = 512,
}: ConformanceOptions): Conformance {
  const line: Waiting[] = [];
  let current: Waiting | null = null;
  let worker: Worker | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const end = (): Promise<unknown> => {
    const ending = worker;
    worker = null;
    ending?.removeAllListeners();
    // What a thread says while it is being ended is nobody's.
    ending?.on('error', () => undefined);
    return ending?.terminate() ?? Promise.resolve();
  };

  const settle = (checked: Checked): void => {
    clearTimeout(timer);
    const settled = current;
    current = null;
    settled?.answered(checked);
    if (line.length > 0) next();
    else timer = setTimeout(() => void end(), quietMs).unref();
  };

  const fail = (error: unknown): void => {
    log.failure('conformance.failed', error);
    void end();
    settle({ kind: 'failed' });
  };

  const begin = (): Worker => {
    const begun = new Worker(THREAD, {
      workerData: { packages },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      execArgv: [],
    });
    begun.on('message', (answer: Answer) => settle(answer));
    begun.on('error', fail);
    begun.on('exit', (code) => fail(new Error(`the thread ended with ${code}`)));
    return begun;
  };

  const next = (): void => {
    const waiting = line.shift();
    if (waiting === undefined) return;
    current = waiting;
    clearTimeout(timer);
    timer = setTimeout(() => fail(new Error('the check took too long')), limitMs).unref();
    worker ??= begin();
    // A copy of its own, handed over: a slice of a pool would take its neighbours along.
    const bytes = new Uint8Array(waiting.question.bytes);
    worker.postMessage({ ...waiting.question, bytes }, [bytes.buffer]);
  };

  return {
    check: (question) =>
      new Promise((answered) => {
        if (stopped || line.length >= most) return answered({ kind: 'busy' });
        line.push({ question, answered });
        if (current === null) next();
      }),
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      for (const { answered } of [...(current === null ? [] : [current]), ...line.splice(0)])
        answered({ kind: 'busy' });
      current = null;
      await end();
    },
  };
}
