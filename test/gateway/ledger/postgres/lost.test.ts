import { once } from 'node:events';
import pg from 'pg';
import { LedgerUnavailable, type Ledger } from '../../../../gateway/ledger/ledger.ts';
import { postgresAddress, readerPool } from '../../../../gateway/ledger/postgres/connect.ts';
import { openPostgresLedger } from '../../../../gateway/ledger/postgres/open.ts';
import { ownPostgres, type OwnPostgres } from '../../../setup/own-postgres.ts';
import { describeWithPostgres } from '../../../setup/postgres.ts';
import { eventually } from '../../../workers/ledger.ts';
import { clock, KEY, message } from '../samples.ts';

describeWithPostgres('a PostgreSQL that goes away', () => {
  let server: OwnPostgres;
  let ledger: Ledger;
  const put = () => ledger.write((tx) => tx.insertMessage(message()));
  beforeAll(async () => {
    // The role is set to confirm before the disk has it: the ledger's own sessions must not.
    server = await ownPostgres('-c', 'synchronous_commit=off', '-c', 'wal_writer_delay=10s');
    ledger = await openPostgresLedger({ url: server.url, key: KEY, clock });
  }, 60_000);
  afterAll(async () => {
    await ledger.close();
    await server.end();
  });

  test('promises nothing meanwhile, to writers and readers, and is back by itself', async () => {
    const { id } = await put();
    await server.stop();
    await expect(put()).rejects.toThrow(LedgerUnavailable);
    await expect(ledger.message(id)).rejects.toThrow(LedgerUnavailable);
    expect(await ledger.ready()).toBe(false);
    await server.start();
    await eventually(() => ledger.ready());
    expect(await ledger.message(id)).not.toBeNull();
    await put();
  }, 60_000);

  test('restarted while nothing was written costs no refusal', async () => {
    await put();
    await server.stop();
    await server.start();
    await put();
  }, 60_000);

  test('restarted after another process changed LEDGER_KEY goes on under what it had opened', async () => {
    const other = await openPostgresLedger({ url: server.url, key: Buffer.alloc(32, 8), previous: KEY, clock });
    await other.close();
    await server.stop();
    await server.start();
    const { id } = await put();
    expect(await ledger.raw(id)).not.toBeNull();
  }, 60_000);

  test('killed under load has everything it confirmed, and what it did not confirm was refused', async () => {
    const confirmed: string[] = [];
    const refused: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      let on = true;
      const sender = async (): Promise<void> => {
        while (on) {
          await put().then(
            ({ id }) => confirmed.push(id),
            (error: unknown) => {
              refused.push(error);
              on = false;
            },
          );
        }
      };
      const senders = Array.from({ length: 20 }, sender);
      await new Promise((resolve) => setTimeout(resolve, 150));
      await server.kill();
      await Promise.all(senders);
      await server.start();
      await eventually(() => ledger.ready());
    }
    expect(refused.every((error) => error instanceof LedgerUnavailable)).toBe(true);
    expect(confirmed.length).toBeGreaterThan(50);
    const found = await Promise.all(confirmed.map((id) => ledger.message(id)));
    expect(found.filter((one) => one === null)).toEqual([]);
    expect(await ledger.reconciliation()).toMatchObject({ balanced: true });
  }, 60_000);

  test('takes a connection along that is lent out, and nobody but who has it', async () => {
    const pool = readerPool(postgresAddress(server.url));
    const lent = await pool.connect();
    const ended = new Promise((resolve) => lent.once('end', resolve));
    const asked = lent.query('SELECT pg_terminate_backend(pg_backend_pid())');
    await expect(asked).rejects.toThrow();
    await ended;
    // With no listener of its own it throws.
    expect(() => lent.emit('error', new Error('gone'))).not.toThrow();
    lent.release(true);
    expect((await pool.query('SELECT 1')).rowCount).toBe(1);
    await pool.end();
  });

  test('is told apart from one that another process holds, which is waited for', async () => {
    const other = new pg.Client({ connectionString: server.url, options: '-c search_path=gateway' });
    await other.connect();
    await other.query('BEGIN');
    await other.query(`SELECT pg_advisory_xact_lock(hashtextextended('ledger of ' || current_schema(), 0))`);
    const waiting = put();
    const early = await Promise.race([waiting.then(() => 'written'), new Promise((r) => setTimeout(r, 200, 'waits'))]);
    expect(early).toBe('waits');
    await other.query('COMMIT');
    await expect(waiting).resolves.toBeDefined();
    const ended = once(other, 'end');
    await other.end();
    await ended;
  });

  test('holds nobody up by one row it cannot keep', async () => {
    const { id } = message();
    await ledger.write((tx) => tx.insertMessage(message({ id })));
    const results = await Promise.allSettled([
      put(),
      ledger.write((tx) => tx.insertMessage(message({ id }))),
      put(),
      ledger.write(async (tx) => {
        await tx.insertMessage(message());
        await tx.insertMessage(message({ id }));
        await tx.message('nobody').catch(() => null);
      }),
      put(),
    ]);
    const ends = results.map(({ status }) => status);
    expect(ends).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(results.some((end) => end.status === 'rejected' && end.reason instanceof LedgerUnavailable)).toBe(false);
    expect(await ledger.reconciliation()).toMatchObject({ balanced: true });
  });
});
