/** A Redis for tests: the one of TEST_REDIS_URL or on loopback. */
import { answers } from './answers.ts';
import { hasOwnRedis } from './own-redis.ts';

export const REDIS_URL = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379';

export const describeWithRedis = answers(REDIS_URL, 6379, 'no Redis answers: set TEST_REDIS_URL')
  ? describe
  : describe.skip;

export const describeWithOwnRedis = hasOwnRedis ? describe : describe.skip;
