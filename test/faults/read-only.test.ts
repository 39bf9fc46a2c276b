import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asProcess, eventually, newFolder } from '../setup/gateway.ts';
import { askMllp } from '../setup/mllp.ts';
import { regionFor, result, testBsns } from './patients.ts';

/** ext4 in a file, in a mount namespace of the gateway's own: there, unlike elsewhere, what is made unchangeable cannot be
 *  written through files that are open already either. Without the right to mount there is nothing to make so. */
const MOUNT = ['unshare', '-m', 'sh', '-c', 'mount -o loop "$0" "$1" && shift && exec "$@"'];

const folder = newFolder();
const home = newFolder();
const disk = join(home, 'disk');
const run = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' });
const [program = '', ...before] = MOUNT;
const LOCKABLE = ['sh', '-c', 'touch "$0"/file && chattr +i "$0"/file && chattr -i "$0"/file && rm "$0"/file', folder];
const lockable =
  run('truncate', '--size=64M', disk).status === 0 &&
  run('mkfs.ext4', '-q', '-F', disk).status === 0 &&
  run(program, ...before, disk, folder, ...LOCKABLE).status === 0;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

(lockable ? it : it.skip)(
  'a file system that has become read-only means no acknowledgement, and health again by itself',
  async () => {
    const regionFile = join(home, 'region.json');
    writeFileSync(regionFile, JSON.stringify({ ...regionFor(9), destinations: [], deliver: {} }));
    const gateway = await asProcess(folder, { CONFIG: regionFile }, { under: [...MOUNT, disk, folder] });
    /** The database and its log; the index of the log is memory that processes share, and no promise. */
    const unchangeable = (on: boolean): void => {
      const change = `chattr ${on ? '+i' : '-i'} "$0"/gateway.sqlite "$0"/gateway.sqlite-wal`;
      const changed = run('nsenter', '-m', '-t', String(gateway.child.pid), 'sh', '-c', change, folder);
      expect(changed.status).toBe(0);
    };
    const [bsn = ''] = testBsns(1);
    try {
      expect(await askMllp(gateway.mllpPort, result(bsn, 1).text)).toMatch(/MSA\|AA/);
      unchangeable(true);
      const next = result(bsn, 2);
      for (let n = 0; n < 3; n += 1) expect(await askMllp(gateway.mllpPort, next.text)).toBeNull();
      const http = await fetch(`${gateway.url}/hl7v2`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: next.text,
      });
      expect([http.status, http.headers.get('retry-after') !== null]).toEqual([503, true]);
      expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503);

      unchangeable(false);
      const answer = await eventually(async () => askMllp(gateway.mllpPort, next.text), 20_000);
      expect(answer).toContain(`MSA|AA|${next.controlId}`);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
      const counts = (await (await fetch(`${gateway.url}/reconciliation`)).json()) as object;
      expect(counts).toMatchObject({ received: 2, balanced: true });
    } finally {
      await gateway.kill();
    }
  },
  90_000,
);
