/** A connection to Redis, and whether it may be relied on as a queue. */
import { Redis } from 'ioredis';

/** Longest pause between two tries to connect again; until then the ledger is looked at instead. */
const LONGEST_RETRY_MS = 2_000;
const CONNECT_MS = 5_000;

export function connectRedis(url: string, use: { readonly blocking: boolean }): Redis {
  return new Redis(url, {
    // A command that waits for Redis to come back would hold memory for it; only the taking of jobs may wait.
    enableOfflineQueue: use.blocking,
    maxRetriesPerRequest: use.blocking ? null : 1,
    retryStrategy: (times) => Math.min(LONGEST_RETRY_MS, 100 * times),
    connectTimeout: CONNECT_MS,
  });
}

/** Field of an answer to `INFO`. */
const fieldOf = (info: string, name: string): string | null =>
  new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? null;

/** What BullMQ needs: older ones lack commands it uses. */
const OLDEST = 6;

/** What stands in the way of relying on this Redis, with the mend; null when nothing does. */
export async function faultOf(redis: Redis): Promise<string | null> {
  const [server, memory] = [await redis.info('server'), await redis.info('memory')];
  const version = fieldOf(server, 'redis_version') ?? '';
  if (Number.parseInt(version) < OLDEST) return `version ${version} is too old: use ${OLDEST} or later`;
  const policy = fieldOf(memory, 'maxmemory_policy');
  if (policy === null || policy === 'noeviction') return null;
  return `maxmemory-policy is ${policy}: jobs may vanish; set it to noeviction`;
}

/** For `doctor`: looks once, with a connection of its own. Neither host nor password is in the words. */
export async function inspectRedis(url: string): Promise<{ readonly ok: boolean; readonly text: string }> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  let code = 'no connection';
  redis.on('error', (error: NodeJS.ErrnoException) => {
    code = error.code ?? error.message;
  });
  try {
    await redis.connect();
    const fault = await faultOf(redis);
    const version = fieldOf(await redis.info('server'), 'redis_version') ?? 'unknown';
    return { ok: fault === null, text: fault ?? `version ${version} answers, noeviction` };
  } catch (error) {
    const words = error instanceof Error ? error.message : '';
    const why = /NOAUTH|WRONGPASS|ERR AUTH/.test(words + code) ? 'refuses the password' : code;
    return { ok: false, text: `${why}: is it running, and is REDIS_URL right? Deliveries go on, found in the ledger` };
  } finally {
    redis.disconnect();
  }
}
