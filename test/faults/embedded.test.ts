import { drive } from './drive.ts';
import { openEmbedded } from './embedded.ts';
import { faultsOf } from './judge.ts';
import { told } from './told.ts';

it('loses, doubles and reorders nothing while a gateway is killed again and again', async () => {
  const plan = { kills: 8, messages: 1_200, patients: 50, lines: 10, troubles: 3, everything: false };
  const seed = Number(process.env.FAULT_SEED ?? 20261122);
  const report = await drive({ ...plan, seed }, openEmbedded);
  process.stdout.write(`${told(seed, report)}\n`);
  expect(faultsOf(report.verdict)).toEqual([]);
  expect(report.acknowledged).toBe(plan.messages);
}, 240_000);
