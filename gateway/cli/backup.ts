/** `backup`: a copy of the SQLite ledger beside a gateway that goes on. PostgreSQL has its own tools for it. */
import { readConfig } from '../config.ts';
import { backUpSqlite } from '../ledger/sqlite/backup.ts';
import { EXIT, line, say, type Exit } from './print.ts';

export async function backupCommand(to: string): Promise<Exit> {
  const read = readConfig();
  if (!read.ok) {
    for (const fault of read.faults) say(fault);
    return EXIT.usage;
  }
  const { database } = read.config;
  if (database.engine !== 'sqlite') {
    say('the ledger is on PostgreSQL: take its backup with pg_dump or pg_basebackup (docs/operations.md)');
    return EXIT.usage;
  }
  try {
    await backUpSqlite(database.file, to);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
  line(`${to}: opens with the LEDGER_KEY of ${database.file}, which is not in it`);
  return EXIT.ok;
}
