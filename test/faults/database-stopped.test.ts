import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asProcess, eventually, newFolder } from '../setup/gateway.ts';
import { askMllp } from '../setup/mllp.ts';
import { ownPostgres } from '../setup/own-postgres.ts';
import { startPartner } from '../setup/partner.ts';
import { hasPostgres } from '../setup/postgres.ts';
import { regionFor, result, testBsns } from './patients.ts';

(hasPostgres ? it : it.skip)(
  'a database that is stopped means no acknowledgement and nothing sent twice, and health again by itself',
  async () => {
    const folder = newFolder();
    const [server, partner] = await Promise.all([ownPostgres(), startPartner()]);
    const regionFile = join(folder, 'region.json');
    writeFileSync(regionFile, JSON.stringify(regionFor(Number(new URL(partner.url).port))));
    const gateway = await asProcess(folder, {
      CONFIG: regionFile,
      DATABASE_URL: server.url,
      LEDGER_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    const get = async (path: string): Promise<number> => (await fetch(gateway.url + path)).status;
    const [bsn = ''] = testBsns(1);
    try {
      expect(await askMllp(gateway.mllpPort, result(bsn, 1).text)).toMatch(/MSA\|AA/);
      await eventually(async () => partner.received.length === 1);
      await server.stop();
      const next = result(bsn, 2);
      expect(await askMllp(gateway.mllpPort, next.text)).toBeNull();
      const http = await fetch(`${gateway.url}/hl7v2`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: next.text,
      });
      expect([http.status, http.headers.get('retry-after') !== null]).toEqual([503, true]);
      expect([await get('/health/live'), await get('/health/ready'), await get('/messages')]).toEqual([200, 503, 503]);
      await server.start();
      const answer = await eventually(async () => askMllp(gateway.mllpPort, next.text), 20_000);
      expect(answer).toContain(`MSA|AA|${next.controlId}`);
      const counts = await eventually(async () => {
        const told = (await (await fetch(`${gateway.url}/reconciliation`)).json()) as { delivered: number };
        return told.delivered === 2 && told;
      }, 20_000);
      expect(counts).toMatchObject({ received: 2, balanced: true });
      expect(partner.received).toHaveLength(2);
      expect(await get('/health/ready')).toBe(200);
    } finally {
      await gateway.kill();
      await partner.stop();
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
