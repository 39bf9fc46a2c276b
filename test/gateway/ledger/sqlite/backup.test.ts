import { statSync } from 'node:fs';
import { backUpSqlite } from '../../../../gateway/ledger/sqlite/backup.ts';
import { openSqliteLedger } from '../../../../gateway/ledger/sqlite/open.ts';
import { eventually } from '../../../workers/ledger.ts';
import { expectRestored, load } from '../contract/restored.ts';
import { clock, KEY } from '../samples.ts';
import { openTemporary, temporaryFile } from './open-temporary.ts';

describe('a backup of a ledger on SQLite', () => {
  test('taken under load is the whole ledger of one moment, and goes on as one', async () => {
    const file = temporaryFile();
    const ledger = await openTemporary(file);
    const loaded = load(ledger);
    await eventually(() => loaded.ids.length > 50);
    const before = [...loaded.ids];
    await backUpSqlite(file, `${file}.copy`);
    await loaded.stop();
    await ledger.close();
    expect(statSync(`${file}.copy`).mode & 0o777).toBe(0o600);
    const restored = await openSqliteLedger({ file: `${file}.copy`, key: KEY, clock });
    await expectRestored(restored, before);
    await restored.close();
  });

  test('is never written over another, and of nothing is not made', async () => {
    const file = temporaryFile();
    await expect(backUpSqlite(file, `${file}.copy`)).rejects.toThrow('is not there');
    await (await openTemporary(file)).close();
    await backUpSqlite(file, `${file}.copy`);
    await expect(backUpSqlite(file, `${file}.copy`)).rejects.toThrow('never written over');
  });
});
