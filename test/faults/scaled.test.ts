import { drive } from './drive.ts';
import { faultsOf } from './judge.ts';
import { openScaled } from './scaled.ts';
import { told } from './told.ts';

it('loses, doubles and reorders nothing over several processes while any of them, PostgreSQL and Redis are killed', async () => {
  const plan = { kills: 8, messages: 1_000, patients: 50, lines: 10, troubles: 3, everything: false };
  const seed = Number(process.env.FAULT_SEED ?? 20261122);
  const report = await drive({ ...plan, seed }, openScaled);
  process.stdout.write(`${told(seed, report)}\n`);
  expect(faultsOf(report.verdict)).toEqual([]);
  expect(report.acknowledged).toBe(plan.messages);
}, 170_000);
