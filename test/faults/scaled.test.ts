import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { programs } from '../setup/own-postgres.ts';
import { drive } from './drive.ts';
import { faultsOf } from './judge.ts';
import { openScaled } from './scaled.ts';
import { told } from './told.ts';

const installed = [join(programs(), 'initdb'), 'redis-server'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
);
if (!installed && process.env.CI === 'true') throw new Error('PostgreSQL and Redis are needed to be killed');

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
