import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresLedger } from '../../../../gateway/ledger/postgres/open.ts';
import { ownPostgres, programs } from '../../../setup/own-postgres.ts';
import { describeWithPostgres, inSchema } from '../../../setup/postgres.ts';
import { eventually } from '../../../workers/ledger.ts';
import { expectRestored, load } from '../contract/restored.ts';
import { clock, KEY } from '../samples.ts';

describeWithPostgres('a backup of a ledger on PostgreSQL', () => {
  test('taken with pg_dump under load and restored elsewhere is the whole ledger of one moment', async () => {
    const server = await ownPostgres();
    const ledger = await openPostgresLedger({ url: server.url, key: KEY, clock });
    const loaded = load(ledger);
    await eventually(() => loaded.ids.length > 50);
    const before = [...loaded.ids];
    const dump = join(mkdtempSync(join(tmpdir(), 'ledger-dump-')), 'gateway.dump');
    const run = (program: string, ...rest: string[]) => execFileSync(join(programs(), program), rest);
    run('pg_dump', '--format=custom', '--schema=gateway', `--file=${dump}`, server.url);
    await loaded.stop();
    await ledger.close();

    await inSchema(server.url, (client) => client.query('CREATE DATABASE restored'));
    const elsewhere = new URL(server.url);
    elsewhere.pathname = '/restored';
    run('pg_restore', '--no-owner', `--dbname=${elsewhere.href}`, dump);
    const restored = await openPostgresLedger({ url: elsewhere.href, key: KEY, clock });
    await expectRestored(restored, before);
    await restored.close();
    await server.end();
  }, 60_000);
});
