import { createSeal } from '../../../../gateway/ledger/seal.ts';
import { insertMessage } from '../../../../gateway/ledger/sql/message.ts';
import { createWriter } from '../../../../gateway/ledger/sql/writer.ts';
import { Connection } from '../../../../gateway/ledger/sqlite/connection.ts';
import { migrate } from '../../../../gateway/ledger/sqlite/migrate.ts';
import { openSqliteLedger } from '../../../../gateway/ledger/sqlite/open.ts';
import { beginTurn } from '../../../../gateway/ledger/sqlite/transactions.ts';
import { describeKeys } from '../contract/keys.ts';
import { BSN, clock, KEY, message } from '../samples.ts';
import { temporaryFile } from './open-temporary.ts';

describe('the key of a ledger on SQLite', () => {
  const file = temporaryFile();
  describeKeys((keys) => openSqliteLedger({ file, clock, ...keys }));
});

test('a ledger from before its own key was wrapped opens with its LEDGER_KEY, which can then be changed', async () => {
  const file = temporaryFile();
  const m = message({ patientKeys: { bsn: BSN, numbers: [] } });
  const connection = Connection.open(file, { write: true, synchronous: 'FULL' });
  migrate(connection);
  const seal = createSeal(KEY);
  connection.run(
    "INSERT INTO setting (name, value) VALUES ('key-check', ?)",
    Buffer.from(seal.hash('the key that sealed this ledger')),
  );
  const writer = createWriter({ begin: async () => beginTurn(connection), abandon: () => undefined }, seal);
  await writer.write((store) => insertMessage(store, m));
  connection.close();

  const key = Buffer.alloc(32, 8);
  await expect(openSqliteLedger({ file, clock, key })).rejects.toThrow('not the key');
  for (const keys of [{ key: KEY }, { key, previous: KEY }, { key }]) {
    const ledger = await openSqliteLedger({ file, clock, ...keys });
    expect(await ledger.raw(m.id)).not.toBeNull();
    expect((await ledger.messages({ bsn: BSN, limit: 5 })).items).toHaveLength(1);
    await ledger.close();
  }
  await expect(openSqliteLedger({ file, clock, key: KEY })).rejects.toThrow('not the key');
});
