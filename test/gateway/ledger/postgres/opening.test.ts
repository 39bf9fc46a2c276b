import { randomBytes } from 'node:crypto';
import { readConfig } from '../../../../gateway/config.ts';
import { openLedger } from '../../../../gateway/ledger/open.ts';
import { whyNotRelied } from '../../../../gateway/ledger/postgres/connect.ts';
import { migrate, STEPS } from '../../../../gateway/ledger/postgres/migrate.ts';
import { openPostgresLedger } from '../../../../gateway/ledger/postgres/open.ts';
import { describeWithPostgres, dropSchema, inSchema, newSchema } from '../../../setup/postgres.ts';
import { clock, KEY, message } from '../samples.ts';

describeWithPostgres('opening a ledger on PostgreSQL', () => {
  let url: string;
  const open = () => openPostgresLedger({ url, key: KEY, clock });
  const schemaOf = () => new URL(url).searchParams.get('schema') ?? '';
  beforeEach(() => {
    url = newSchema();
  });
  afterEach(() => dropSchema(url));

  test('by many processes at once makes the schema once, and every message has a number of its own', async () => {
    const ledgers = await Promise.all(Array.from({ length: 4 }, open));
    const stored = await Promise.all(
      ledgers.flatMap((ledger) => Array.from({ length: 10 }, () => ledger.write((tx) => tx.insertMessage(message())))),
    );
    expect(new Set(stored.map(({ seq }) => seq)).size).toBe(40);
    expect(await ledgers[0]?.reconciliation()).toMatchObject({ received: 40, balanced: true });
    for (const ledger of ledgers) await ledger.close();
    const steps = await inSchema(url, (client) => client.query('SELECT version FROM ledger_schema'));
    expect(steps.rows).toHaveLength(STEPS.length);
  });

  test('lets only one of two processes hold a key', async () => {
    const [one, two] = [await open(), await open()];
    const taking = [one, two].flatMap((ledger) =>
      Array.from({ length: 20 }, (_, n) =>
        ledger.write(async (tx) => {
          if ((await tx.holderOfKey('lab', `k${n}`, '2000-01-01T00:00:00.000Z')) !== null) return 0;
          await tx.insertMessage(message({ source: 'lab', key: `k${n}` }));
          return 1;
        }),
      ),
    );
    expect((await Promise.all(taking)).filter((took) => took === 1)).toHaveLength(20);
    await one.close();
    await two.close();
  });

  test('of a newer gateway beside which this one can work goes on', async () => {
    const older = await open();
    await inSchema(url, (client) =>
      migrate(client, schemaOf(), [...STEPS, { sql: 'ALTER TABLE message ADD COLUMN shade text', breaks: false }]),
    );
    const m = message();
    // What it had prepared before the table changed is prepared anew, at the price of one refusal at most.
    await older.write((tx) => tx.message(m.id)).catch(() => null);
    await older.write((tx) => tx.insertMessage(m));
    expect(await older.message(m.id)).toMatchObject({ id: m.id });
    await older.close();
    await (await open()).close();
  });

  test('of a newer gateway beside which this one cannot work is refused in words, and nothing is changed', async () => {
    await (await open()).close();
    const newer = STEPS.length + 1;
    await inSchema(url, (client) => migrate(client, schemaOf(), [...STEPS, { sql: 'SELECT 1', breaks: true }]));
    await expect(open()).rejects.toThrow(`needs a gateway that knows ${newer}`);
  });

  test('is refused where a COMMIT is no promise', () => {
    const server = { version: 150_004, fsync: 'on', standby: false };
    expect(whyNotRelied(server)).toBeNull();
    expect(whyNotRelied({ ...server, fsync: 'off' })).toMatch('fsync off');
    expect(whyNotRelied({ ...server, standby: true })).toMatch('standby');
    expect(whyNotRelied({ ...server, version: 140_011 })).toMatch('15 or newer');
  });

  test('needs a LEDGER_KEY, which cannot be made beside it', async () => {
    const read = readConfig({ DATABASE_URL: url });
    expect(read.ok ? [] : read.faults).toEqual([expect.stringMatching(/^LEDGER_KEY: needed with PostgreSQL/)]);
    const given = { ledgerKey: undefined, previousLedgerKey: undefined, clock };
    await expect(openLedger({ database: { engine: 'postgres', url }, ...given })).rejects.toThrow(
      'LEDGER_KEY is needed',
    );
  });

  test('with another key is refused in words', async () => {
    await (await open()).close();
    await expect(openPostgresLedger({ url, key: randomBytes(32), clock })).rejects.toThrow('not the key');
    await (await open()).close();
  });
});
