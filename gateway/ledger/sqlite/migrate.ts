/** Forward only: each step in one transaction with its number, so a half-migrated file does not exist. */
import type { Connection } from './connection.ts';
import { FIRST } from './migrations/0001-first.ts';
import { UNMAPPED } from './migrations/0002-unmapped.ts';
import { DISCLOSED } from './migrations/0003-disclosed.ts';
import { NUMBERED } from './migrations/0004-numbered.ts';
import { DESTINATION } from './migrations/0005-destination.ts';
import { KEEPING } from './migrations/0006-keeping.ts';

/** The step at index n leads from schema n to n + 1. A published step is never edited; a new one is added. */
const STEPS = [FIRST, UNMAPPED, DISCLOSED, NUMBERED, DESTINATION, KEEPING];

/** Brings the database to this program's schema. Throws, before anything is changed, when the file is of a newer one. */
export function migrate(db: Connection, steps: readonly string[] = STEPS): void {
  const found = db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  if (found > steps.length) {
    throw new Error(
      `the ledger has schema ${found}, this gateway knows up to ${steps.length}: it was opened by a newer gateway; ` +
        'start that version, or restore the database from before the upgrade',
    );
  }
  for (const [index, step] of steps.entries()) {
    if (index < found) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(step);
      db.exec(`PRAGMA user_version = ${index + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}
