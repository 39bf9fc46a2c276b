import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sandbox from '../../../gateway/regions/sandbox.json' with { type: 'json' };
import { hasOwnRedis, ownRedis } from '../../setup/own-redis.ts';
import { cli, folderOf } from './command.ts';

const LEDGER_KEY = Buffer.alloc(32, 7).toString('base64');
const folder = folderOf();
const POSTGRES = { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/nowhere', LEDGER_KEY };

describe('work', () => {
  it('says why it cannot share a file', async () => {
    const { exit, stderr } = await cli(['work'], { env: { DATABASE_URL: `file:${join(folder, 'g.sqlite')}` } });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/needs DATABASE_URL=postgres/);
  });

  it('says why it cannot deliver to the sandbox', async () => {
    const { exit, stderr } = await cli(['work'], { env: POSTGRES });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/the sandbox run inside serve/);
  });

  it('ends with 1, in words, when there is no database', async () => {
    const region = join(folder, 'region.json');
    writeFileSync(region, JSON.stringify({ ...sandbox, id: 'elsewhere' }));
    const { exit, stderr } = await cli(['work', '--config', region], { env: { ...POSTGRES, WORK_PORT: '0' } });
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^the worker cannot start: /m);
  });
});

describe('a queue between processes', () => {
  it('is for a database they can share', async () => {
    const { exit, stderr } = await cli(['serve'], { env: { REDIS_URL: 'redis://127.0.0.1:6379' } });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/REDIS_URL: .*DATABASE_URL=postgres/);
  });

  (hasOwnRedis ? it : it.skip)('is looked at by doctor: it must answer, and keep what it is given', async () => {
    const redis = await ownRedis('--maxmemory', '50mb', '--maxmemory-policy', 'volatile-lru');
    try {
      const ask = async (REDIS_URL: string) => (await cli(['doctor'], { env: { ...POSTGRES, REDIS_URL } })).stdout;
      expect(await ask(redis.url)).toMatch(/^wrong {2}redis +maxmemory-policy is volatile-lru: .*noeviction$/m);
      await redis.command('CONFIG SET maxmemory-policy noeviction');
      expect(await ask(redis.url)).toMatch(/^ok {5}redis +version \d+\.\S+ answers, noeviction; serve hands over/m);
      await redis.kill();
      expect(await ask(redis.url)).toMatch(/^wrong {2}redis +ECONNREFUSED: is it running/m);
    } finally {
      await redis.end();
    }
  });
});
