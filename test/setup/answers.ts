/** Whether a server that tests use is there; with CI=true it must be. */
import { spawnSync } from 'node:child_process';

const TRY = `const { hostname, port } = new URL(process.argv[1]);
require('node:net').connect({ host: hostname, port: port || process.argv[2], timeout: 2000 })
  .on('connect', () => process.exit(0)).on('error', () => process.exit(1)).on('timeout', () => process.exit(1));`;

const orFail = (there: boolean, mend: string): boolean => {
  if (!there && process.env['CI'] === 'true') throw new Error(mend);
  return there;
};

export const answers = (url: string, usualPort: number, mend: string): boolean =>
  orFail(spawnSync(process.execPath, ['-e', TRY, url, String(usualPort)]).status === 0, mend);

export const runs = (program: string): boolean =>
  orFail(spawnSync(program, ['--version']).status === 0, `${program} is not installed`);
