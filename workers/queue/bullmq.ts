/**
 * The queue between processes: BullMQ on Redis. A job holds a destination's id and a delivery's id and is removed once
 * taken. Redis may be lost or flushed at any moment: nothing is kept here that is not in the ledger.
 */
import { Queue as BullQueue, Worker } from 'bullmq';
import type { Log } from '../../gateway/log.ts';
import { firstOfEach, type Job, type Queue } from './queue.ts';
import { connectRedis, faultOf } from './redis.ts';

export interface BullmqOptions {
  readonly url: string;
  /** Of every key; one for each gateway that shares a Redis. */
  readonly prefix: string;
  readonly log: Log;
}

const NAME = 'deliveries';
/** Without takers jobs pile up. Beyond this many none are added: a worker that starts looks in the ledger anyway. */
const MOST_WAITING = 10_000;
const LOOK_EVERY = { ms: 1_000, jobs: 1_000 };
/** BullMQ tells what it does in a stream that nobody here reads. */
const MOST_EVENTS = 100;
/** Jobs finished side by side: a job is done once the loop of its destination is told. */
const AT_ONCE = 8;

export function bullmqQueue({ url, prefix, log }: BullmqOptions): Queue {
  const connection = connectRedis(url, { blocking: false });
  const queue = new BullQueue<Job>(NAME, {
    connection,
    prefix,
    streams: { events: { maxLen: MOST_EVENTS } },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  let endTaking: () => Promise<void> = () => Promise.resolve();
  let away = false;
  let closed = false;
  /** Once it was there: not yet connected is not away. */
  let met = false;
  const lost = (error: Error): void => {
    if (!away && !closed) log.failure('queue.away', error);
    away = true;
  };
  const back = (): void => {
    // The connection that takes may be there first.
    if (connection.status !== 'ready') return;
    if (away) log.event('queue.back');
    away = false;
    met = true;
    void faultOf(connection).then(
      (fault) => {
        if (fault !== null) log.event('queue.unreliable', { reason: 'maxmemory-policy-or-version' }, 'error');
      },
      () => undefined,
    );
  };
  connection.on('ready', back);
  connection.on('error', lost);
  queue.on('error', lost);

  let adding: readonly Job[] = [];
  let flushing = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let addedSince = 0;
  let full = false;

  const flush = async (): Promise<void> => {
    const jobs = firstOfEach(adding);
    adding = [];
    if (addedSince >= LOOK_EVERY.jobs || performance.now() - lookedAt > LOOK_EVERY.ms) {
      lookedAt = performance.now();
      addedSince = 0;
      full = (await queue.getWaitingCount()) > MOST_WAITING;
    }
    if (full) return;
    addedSince += jobs.length;
    await queue.addBulk(jobs.map((data) => ({ name: NAME, data, opts: { jobId: data.delivery } })));
  };
  /** What was committed in one turn of the event loop goes together; what comes meanwhile goes next. */
  const flushSoon = (): void => {
    flushing = true;
    setImmediate(() => {
      flush()
        .catch(lost)
        .finally(() => {
          flushing = false;
          if (adding.length > 0) flushSoon();
        });
    });
  };

  return {
    add: (jobs) => {
      if (closed) return;
      if (connection.status !== 'ready') {
        // Redis may be back before a try to connect fails; what was turned away meanwhile waits for a look in the ledger.
        if (met) lost(new Error('not connected'));
        return;
      }
      adding = firstOfEach([...adding, ...jobs]);
      if (!flushing && adding.length > 0) flushSoon();
    },
    take: (taken) => {
      const taking = connectRedis(url, { blocking: true });
      const jobs = new Worker<Job>(NAME, ({ data }) => Promise.resolve(taken(data)), {
        connection: taking,
        prefix,
        concurrency: AT_ONCE,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      });
      taking.on('ready', back);
      taking.on('error', lost);
      jobs.on('error', lost);
      endTaking = async () => {
        await jobs.close(true);
        taking.disconnect();
      };
    },
    trouble: async () => {
      if (connection.status !== 'ready') return 'Redis cannot be reached; deliveries are found in the ledger';
      return faultOf(connection).catch(() => 'Redis does not answer; deliveries are found in the ledger');
    },
    close: async () => {
      closed = true;
      await endTaking();
      await queue.close();
      connection.disconnect();
    },
  };
}
