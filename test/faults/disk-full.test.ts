import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asProcess, eventually, newFolder } from '../setup/gateway.ts';
import { regionFor, result, testBsns } from './patients.ts';
import { askMllp } from '../setup/mllp.ts';

/** The gateway runs on a small file system in a mount namespace of its own: nothing outside it sees the mount, and it goes
 *  with the process. Without the right to make one there is nothing to fill. */
const MOUNT = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=6m tmpfs "$0" && exec "$@"'];

const folder = newFolder();
const [program = '', ...before] = MOUNT;
const mountable = spawnSync(program, [...before, folder, 'true']).status === 0;
if (!mountable && process.env.CI === 'true') throw new Error('a small file system is needed to fill one');

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

(mountable ? it : it.skip)(
  'a full disk means no acknowledgement, no loss, and health again by itself',
  async () => {
    const outside = newFolder();
    const regionFile = join(outside, 'region.json');
    writeFileSync(regionFile, JSON.stringify({ ...regionFor(9), destinations: [], deliver: {} }));
    const gateway = await asProcess(folder, { CONFIG: regionFile }, { under: [...MOUNT, folder] });
    const [bsn = ''] = testBsns(1);
    // As the gateway sees the folder; from here it is empty.
    const inside = `/proc/${String(gateway.child.pid)}/root${folder}`;
    const ballast = join(inside, 'ballast');
    try {
      expect(await askMllp(gateway.mllpPort, result(bsn, 1).text)).toMatch(/MSA\|AA/);
      const { bavail, bsize } = statfsSync(inside);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      const full = await eventually(async () => {
        const { controlId, text } = result(bsn, Math.floor(Math.random() * 1e6) + 100);
        return (await askMllp(gateway.mllpPort, text)) === null ? { controlId, text } : null;
      }, 20_000);
      const http = await fetch(`${gateway.url}/hl7v2`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: full.text,
      });
      expect(http.status).toBe(503);
      expect(http.headers.get('retry-after')).not.toBeNull();
      expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503);
      truncateSync(ballast, 0);
      unlinkSync(ballast);
      const answer = await eventually(async () => askMllp(gateway.mllpPort, full.text), 20_000);
      expect(answer).toContain(`MSA|AA|${full.controlId}`);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
      const counts = (await (await fetch(`${gateway.url}/reconciliation`)).json()) as { balanced: boolean };
      expect(counts.balanced).toBe(true);
    } finally {
      await gateway.kill();
      rmSync(outside, { recursive: true, force: true });
    }
  },
  90_000,
);
