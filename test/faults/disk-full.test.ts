import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asProcess, eventually, newFolder } from '../setup/gateway.ts';
import { regionFor, result, testBsns } from './patients.ts';
import { askMllp } from '../setup/mllp.ts';

/** A small file system of our own; without the right to mount one there is nothing to fill. */
const mountable = (): string | null => {
  const folder = newFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]).status === 0;
  if (mounted) return folder;
  rmSync(folder, { recursive: true, force: true });
  return null;
};
const folder = mountable();
if (folder === null && process.env.CI === 'true') throw new Error('a small file system is needed to fill one');

afterAll(() => {
  if (folder === null) return;
  spawnSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
});

(folder === null ? it.skip : it)(
  'a full disk means no acknowledgement, no loss, and health again by itself',
  async () => {
    if (folder === null) return;
    const outside = newFolder();
    const regionFile = join(outside, 'region.json');
    writeFileSync(regionFile, JSON.stringify({ ...regionFor(9), destinations: [], deliver: {} }));
    const gateway = await asProcess(folder, { CONFIG: regionFile });
    const [bsn = ''] = testBsns(1);
    const ballast = join(folder, 'ballast');
    try {
      expect(await askMllp(gateway.mllpPort, result(bsn, 1).text)).toMatch(/MSA\|AA/);
      const { bavail, bsize } = statfsSync(folder);
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
