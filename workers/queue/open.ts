/** The queue of a configuration. BullMQ is read from disk only where it is used. */
import type { Config } from '../../gateway/config.ts';
import type { Log } from '../../gateway/log.ts';
import { embeddedQueue } from './embedded.ts';
import type { Queue } from './queue.ts';

export async function openQueue({ redis }: Pick<Config, 'redis'>, log: Log): Promise<Queue> {
  if (redis === null) return embeddedQueue();
  const { bullmqQueue } = await import('./bullmq.ts');
  return bullmqQueue({ ...redis, log });
}
