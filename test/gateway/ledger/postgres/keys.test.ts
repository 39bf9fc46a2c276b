import { randomBytes } from 'node:crypto';
import { openPostgresLedger } from '../../../../gateway/ledger/postgres/open.ts';
import { describeWithPostgres, dropSchema, newSchema } from '../../../setup/postgres.ts';
import { describeKeys } from '../contract/keys.ts';
import { clock, message } from '../samples.ts';

describeWithPostgres('the key of a ledger on PostgreSQL', () => {
  const url = newSchema();
  afterAll(() => dropSchema(url));
  describeKeys((keys) => openPostgresLedger({ url, clock, ...keys }));

  test('is one key for processes that make the ledger, or change its key, at the same moment', async () => {
    const place = newSchema();
    const [previous, key] = [randomBytes(32), randomBytes(32)];
    for (const keys of [{ key: previous }, { key, previous }]) {
      const ledgers = await Promise.all([1, 2, 3].map(() => openPostgresLedger({ url: place, clock, ...keys })));
      expect(new Set(ledgers.map((ledger) => ledger.hash('x'))).size).toBe(1);
      const { id } = message();
      await ledgers[0]?.write((tx) => tx.insertMessage(message({ id })));
      expect(await ledgers[2]?.raw(id)).not.toBeNull();
      for (const ledger of ledgers) await ledger.close();
    }
    await dropSchema(place);
  });
});
