import { openPostgresLedger } from '../../../gateway/ledger/postgres/open.ts';
import { describeWithPostgres, dropSchema, emptySchema, newSchema } from '../../setup/postgres.ts';
import { describeLedger } from './contract.ts';
import { clock, KEY } from './samples.ts';

describeWithPostgres('on PostgreSQL', () => {
  const url = newSchema();
  const open = () => openPostgresLedger({ url, key: KEY, clock });
  beforeAll(async () => (await open()).close());
  afterAll(() => dropSchema(url));

  describeLedger('the ledger', async () => {
    await emptySchema(url);
    return open();
  });
});
