import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { LedgerUnavailable } from '../../../../gateway/ledger/ledger.ts';
import type { Tx } from '../../../../gateway/ledger/ledger.ts';
import { createSeal } from '../../../../gateway/ledger/seal.ts';
import { Connection } from '../../../../gateway/ledger/sqlite/connection.ts';
import { migrate } from '../../../../gateway/ledger/sqlite/migrate.ts';
import { beginTurn } from '../../../../gateway/ledger/sqlite/transactions.ts';
import { insertMessage } from '../../../../gateway/ledger/sql/message.ts';
import { runUnit } from '../../../../gateway/ledger/sql/unit.ts';
import { createWriter } from '../../../../gateway/ledger/sql/writer.ts';
import { KEY, message } from '../samples.ts';
import { openTemporary, temporaryFile } from './open-temporary.ts';

const big = () => message({ raw: { mediaType: 'x', bytes: randomBytes(400_000) } });
const reasons = async (units: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(units)).map((end) => (end.status === 'rejected' ? end.reason : null) as unknown);
const everyone = (given: readonly unknown[]) => given.every((reason) => reason instanceof LedgerUnavailable);

describe('a ledger that cannot be written', () => {
  test('says so to everyone of the batch while another process holds it, and works again after', async () => {
    const file = temporaryFile();
    const ledger = await openTemporary(file);
    const other = Connection.open(file, { write: true, synchronous: 'FULL' });
    other.exec('BEGIN IMMEDIATE');
    const ms = [message(), message()] as const;
    const heard = await reasons(ms.map((m) => ledger.write((tx) => tx.insertMessage(m))));
    expect(everyone(heard)).toBe(true);
    expect(await ledger.ready()).toBe(false);
    other.exec('ROLLBACK');
    other.close();
    expect(await ledger.ready()).toBe(true);
    await ledger.write((tx) => tx.insertMessage(ms[0]));
    expect(await ledger.reconciliation()).toMatchObject({ received: 1, balanced: true });
    await ledger.close();
  });

  test('does not write into a file that is not there any more, and goes on when it is back', async () => {
    const file = temporaryFile();
    const ledger = await openTemporary(file);
    await ledger.write((tx) => tx.insertMessage(message()));
    renameSync(file, `${file}.away`);
    await expect(ledger.write((tx) => tx.insertMessage(message()))).rejects.toThrow(LedgerUnavailable);
    expect(await ledger.ready()).toBe(false);
    renameSync(`${file}.away`, file);
    await ledger.write((tx) => tx.insertMessage(message()));
    expect(await ledger.reconciliation()).toMatchObject({ received: 2, balanced: true });
    await ledger.close();
  });

  describe('because the disk is full', () => {
    let room: number;
    let connection: Connection | null;
    const file = temporaryFile();
    const connect = (): Connection => {
      if (!connection) {
        connection = Connection.open(file, { write: true, synchronous: 'FULL' });
        migrate(connection);
        connection.get(`PRAGMA max_page_count = ${room}`);
      }
      return connection;
    };
    const disconnect = () => {
      connection?.close();
      connection = null;
    };
    const begin = async () => beginTurn(connect());
    const writer = createWriter({ begin, abandon: disconnect }, createSeal(KEY));
    beforeEach(() => {
      room = 70;
      connection = null;
    });
    afterEach(disconnect);
    const count = () => connect().get<{ n: number }>('SELECT count(*) AS n FROM message')?.n;

    test('promises nothing to anyone whose commit failed, and goes on with what fits', async () => {
      const given = [message(), big(), message()];
      const heard = await reasons(given.map((m) => writer.write((s) => insertMessage(s, m))));
      expect(everyone(heard.slice(0, 2))).toBe(true);
      // It had not begun when the commit of the others failed.
      expect(heard[2]).toBeNull();
      expect(count()).toBe(1);
      disconnect();
      room = 1_000;
      await writer.write((s) => insertMessage(s, big()));
      expect(count()).toBe(2);
    });

    test('goes on when what failed cannot even be closed', async () => {
      const abandon = (): never => {
        disconnect();
        throw new Error('cannot be closed');
      };
      const stubborn = createWriter({ begin, abandon }, createSeal(KEY));
      const [heard] = await reasons([stubborn.write((s) => insertMessage(s, big()))]);
      expect(heard).toBeInstanceOf(LedgerUnavailable);
      room = 1_000;
      await stubborn.write((s) => insertMessage(s, big()));
    });

    test('is not stopped by a unit that waits for another write, which waits for it', async () => {
      const kept: Tx[] = [];
      const nested = (tx: Tx) => {
        kept.push(tx);
        return writer.write((s) => insertMessage(s, message()));
      };
      const before = count() ?? 0;
      await expect(writer.write((s) => runUnit(s, nested, [], 50))).rejects.toThrow('outside the ledger');
      await expect(kept[0]?.insertMessage(message())).rejects.toThrow('has ended');
      await writer.write((s) => insertMessage(s, message()));
      expect(count()).toBe(before + 2);
    });

    test('is not fooled by a unit that swallows the error', async () => {
      const before = count();
      const unit = writer.write(async (s) => {
        try {
          await insertMessage(s, big());
        } catch {
          // A bug of the caller: it believes it stored something.
        }
        return 'stored';
      });
      await expect(unit).rejects.toThrow(LedgerUnavailable);
      expect(count()).toBe(before);
    });
  });
});
