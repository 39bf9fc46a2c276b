/** One transaction of the write connection, each unit in its own savepoint. */
import type { Db } from '../sql/db.ts';
import type { Ended, Turn } from '../sql/writer.ts';
import type { Connection } from './connection.ts';
import { SqliteDb } from './db.ts';

export function beginTurn(connection: Connection): Turn {
  const db = new SqliteDb(connection);
  connection.run('BEGIN IMMEDIATE');
  const ended = async (run: (db: Db) => Promise<void>): Promise<Ended> => {
    connection.run('SAVEPOINT unit');
    try {
      await run(db);
      db.flush();
      connection.run('RELEASE unit');
      return { failure: null };
    } catch (error) {
      db.forget();
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
