// The commit floor: the rows messages leave in the ledger, written by SQLite alone, so many messages to a commit.
import Database from 'libsql';

const TABLES = ['patient', 'patient_key', 'message', 'mark', 'raw', 'mapped', 'event', 'delivery', 'body'];
/** Which rows of a table are those of messages numbered from, exclusive, to. */
const OF = {
  patient: 'SELECT * FROM patient',
  patient_key: 'SELECT * FROM patient_key',
  message: 'SELECT * FROM message WHERE seq > ? AND seq <= ?',
  delivery: 'SELECT * FROM delivery WHERE message_seq > ? AND message_seq <= ?',
  body: 'SELECT * FROM body WHERE delivery_seq IN (SELECT seq FROM delivery WHERE message_seq > ? AND message_seq <= ?)',
};

const bytes = (value) => (value instanceof ArrayBuffer ? Buffer.from(value) : value);

/** A ledger that is given the rows of another, commit by commit: it grows as that one does. `file` does not exist yet. */
export function commitFloor(ledgerFile, file) {
  const ledger = new Database(ledgerFile);
  const db = new Database(file);
  db.exec('PRAGMA page_size = 8192');
  db.prepare('PRAGMA journal_mode = WAL').get([]);
  db.exec('PRAGMA synchronous = FULL');
  const schema = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
  for (const { sql } of ledger.prepare(schema).all([])) db.exec(sql);
  const insert = Object.fromEntries(
    TABLES.map((table) => {
      const marks = ledger.prepare(`PRAGMA table_info(${table})`).all([]);
      return [table, db.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${marks.map(() => '?').join(', ')})`)];
    }),
  );
  const put = (table, row) => insert[table].run(Object.values(row).map(bytes));
  let last = 0;
  return {
    /** Messages per second when the rows of the `count` messages after the last are written, `perCommit` messages to a commit. */
    rate(count, perCommit) {
      const perMessage = Array.from({ length: count }, () => []);
      for (const table of TABLES) {
        const sql = OF[table] ?? `SELECT * FROM ${table} WHERE message_seq > ? AND message_seq <= ?`;
        for (const row of ledger.prepare(sql).all(sql.includes('?') ? [last, last + count] : [])) {
          if (!sql.includes('?')) put(table, row);
          else
            perMessage[(row.message_seq ?? (table === 'body' ? row.delivery_seq : row.seq)) - last - 1]?.push([
              table,
              row,
            ]);
        }
      }
      last += count;
      const started = performance.now();
      for (let from = 0; from < count; from += perCommit) {
        db.exec('BEGIN IMMEDIATE');
        for (const message of perMessage.slice(from, from + perCommit))
          for (const [table, row] of message) put(table, row);
        db.exec('COMMIT');
      }
      return count / ((performance.now() - started) / 1000);
    },
    end() {
      ledger.close();
      db.close();
    },
  };
}
