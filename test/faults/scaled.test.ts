import { join } from 'node:path';
import { runs } from '../setup/answers.ts';
import { programs } from '../setup/own-postgres.ts';
import { hasOwnRedis } from '../setup/own-redis.ts';
import { drive } from './drive.ts';
import { faultsOf } from './judge.ts';
import { openScaled } from './scaled.ts';
import { told } from './told.ts';

const installed = runs(join(programs(), 'initdb')) && hasOwnRedis;

(installed ? it : it.skip)(
  'loses, doubles and reorders nothing over several processes while any of them, PostgreSQL and Redis are killed',
  async () => {
    const plan = { kills: 6, messages: 600, patients: 50, lines: 10, troubles: 2, everything: false };
    const seed = Number(process.env.FAULT_SEED ?? 20261122);
    const report = await drive({ ...plan, seed }, openScaled);
    process.stdout.write(`${told(seed, report)}\n`);
    expect(faultsOf(report.verdict)).toEqual([]);
    expect(report.acknowledged).toBe(plan.messages);
  },
  240_000,
);
