// `npm run fuzz -- 200000 --seed 1`: the tests of this folder with so many inputs, from that seed;
// with `--database postgres://127.0.0.1:5432/test` their ledgers stand in schemas of their own there.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, database: { type: 'string' } },
});
const inputs = Number(positionals[0] ?? 200_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const { database } = values;
const known = database === undefined || /^postgres(?:ql)?:\/\//.test(database);
if (!Number.isInteger(inputs) || !Number.isInteger(seed) || !known) {
  process.stderr.write('usage: npm run fuzz -- [inputs] [--seed number] [--database postgres://HOST:PORT/NAME]\n');
  process.exit(2);
}
const env = {
  ...process.env,
  FUZZ_INPUTS: String(inputs),
  FUZZ_SEED: String(seed),
  ...(database && { FUZZ_DATABASE: database }),
};
const { status } = spawnSync('npx', ['jest', 'test/fuzz'], { stdio: 'inherit', env });
process.exit(status ?? 1);
