/**
 * The queue between who puts deliveries in line and who sends them. It is transport only: it carries ids, may lose
 * anything at any moment, and decides nothing. What waits, in which order and how fast is in the ledger, which every
 * worker also looks at on its own; the queue only saves it the wait.
 */

/** There is work at this destination: the delivery with this id, and whatever was put in line together with it. */
export interface Job {
  readonly destination: string;
  readonly delivery: string;
}

export interface Queue {
  /** Returns at once and never throws: what cannot be handed over now is found in the ledger. */
  add(jobs: readonly Job[]): void;
  /**
   * From now on calls `taken` for what is handed over, here or in another process: at least once, soon, for each
   * destination of an `add`, and each job in one process only. To be called once.
   */
  take(taken: (job: Job) => void): void;
  /** Why the queue cannot be relied on, with the mend, for an operator; null when it can. */
  trouble(): Promise<string | null>;
  /** Hands over nothing more. Resolves also while the queue is away. */
  close(): Promise<void>;
}

/** The first job of each destination. */
export const firstOfEach = (jobs: readonly Job[]): readonly Job[] =>
  jobs.length < 2 ? jobs : [...new Map(jobs.toReversed().map((job) => [job.destination, job])).values()];
