/** The queue within one process: a call. */
import { firstOfEach, type Job, type Queue } from './queue.ts';

export function embeddedQueue(): Queue {
  let handOver: (job: Job) => void = () => undefined;
  return {
    add: (jobs) => {
      for (const job of firstOfEach(jobs)) handOver(job);
    },
    take: (taken) => {
      handOver = taken;
    },
    trouble: () => Promise.resolve(null),
    close: () => {
      handOver = () => undefined;
      return Promise.resolve();
    },
  };
}
