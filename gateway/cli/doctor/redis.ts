/** Redis: does it answer, is it new enough, and does it keep what it is given? */
import type { Config } from '../../config.ts';
import type { Finding } from './finding.ts';

const what = 'redis';

export async function checkRedis({ redis }: Config): Promise<Finding> {
  if (redis === null) return { ok: true, what, text: 'not configured: deliveries are dispatched in this process' };
  const { inspectRedis } = await import('../../../workers/queue/redis.ts');
  const { ok, text } = await inspectRedis(redis.url);
  return { ok, what, text: ok ? `${text}; serve hands over, work delivers` : text };
}
