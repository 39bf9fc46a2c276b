/** One transaction of the write connection, each unit in its own savepoint. */
import { nothingFresh } from '../sql/fresh.ts';
import type { Store } from '../sql/store.ts';
import type { Ended, Turn } from '../sql/writer.ts';
import type { Connection } from './connection.ts';

export function beginTurn(connection: Connection, store: Omit<Store, 'fresh'>): Turn {
  connection.run('BEGIN IMMEDIATE');
  const ended = async (run: (store: Store) => Promise<void>): Promise<Ended> => {
    connection.run('SAVEPOINT unit');
    try {
      await run({ ...store, fresh: nothingFresh() });
      connection.run('RELEASE unit');
      return { failure: null };
    } catch (error) {
      if (connection.lost || !connection.inTransaction) throw error;
      connection.run('ROLLBACK TO unit');
      connection.run('RELEASE unit');
      return { failure: { error } };
    }
  };
  return {
    async unit(run) {
      const end = await ended(run);
      // A unit may have caught the error of a failing store: its work is gone all the same.
      if (connection.lost) throw connection.lost;
      return end;
    },
    async commit() {
      connection.run('COMMIT');
    },
  };
}
