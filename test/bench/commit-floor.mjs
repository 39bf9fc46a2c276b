// The commit floor: the rows one message leaves in the ledger, written by SQLite alone, so many to a commit.
import Database from 'libsql';

const TABLES = ['patient', 'message', 'mark', 'raw', 'mapped', 'event', 'delivery', 'body'];

/** Reads the rows of the first `count` messages of a ledger, with the schema they stand in. */
export function rowsOfLedger(file, count) {
  const db = new Database(file);
  const schema = db
    .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    .all([])
    .map(({ sql }) => sql);
  const of = {
    patient: 'SELECT * FROM patient',
    message: 'SELECT * FROM message WHERE seq <= ?',
    delivery: 'SELECT * FROM delivery WHERE message_seq <= ?',
    body: 'SELECT * FROM body WHERE delivery_seq IN (SELECT seq FROM delivery WHERE message_seq <= ?)',
  };
  const rows = Object.fromEntries(
    TABLES.map((table) => {
      const sql = of[table] ?? `SELECT * FROM ${table} WHERE message_seq <= ?`;
      return [table, db.prepare(sql).all(sql.includes('?') ? [count] : [])];
    }),
  );
  db.close();
  return { schema, rows, count };
}

/** Messages per second when their rows are written into an empty ledger, `perCommit` messages to a commit. */
export function commitRate({ schema, rows, count }, file, perCommit) {
  const db = new Database(file);
  db.exec('PRAGMA page_size = 8192');
  db.prepare('PRAGMA journal_mode = WAL').get([]);
  db.exec('PRAGMA synchronous = FULL');
  for (const sql of schema) db.exec(sql);
  const insert = Object.fromEntries(
    TABLES.filter((table) => rows[table].length > 0).map((table) => {
      const marks = Object.keys(rows[table][0]).map(() => '?');
      return [table, db.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${marks.join(', ')})`)];
    }),
  );
  const bytes = (value) => (value instanceof ArrayBuffer ? Buffer.from(value) : value);
  const put = (table, row) => insert[table].run(Object.values(row).map(bytes));
  for (const row of rows.patient) put('patient', row);
  const perMessage = Array.from({ length: count }, () => []);
  for (const table of TABLES.slice(1)) {
    for (const row of rows[table]) perMessage[(row.message_seq ?? row.seq ?? row.delivery_seq) - 1]?.push([table, row]);
  }
  const started = performance.now();
  for (let from = 0; from < count; from += perCommit) {
    db.exec('BEGIN IMMEDIATE');
    for (const message of perMessage.slice(from, from + perCommit)) for (const [table, row] of message) put(table, row);
    db.exec('COMMIT');
  }
  const rate = count / ((performance.now() - started) / 1000);
  db.close();
  return rate;
}
