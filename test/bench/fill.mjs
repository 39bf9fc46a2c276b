// A ledger of a great many messages: the rows that real ones left, again and again under ids, control ids and moments of
// their own. The oldest are half a year old; what is older than 30 days has lost its contents, as by the rule.
import Database from 'libsql';

const DAY = 86_400_000;
const DAYS = 150;
const KEPT_DAYS = 29;

const hex = (bytes) => `lower(hex(randomblob(${bytes})))`;
/** As the gateway makes them: version 7, beginning with their moment. */
const uuid = (at) =>
  `substr(printf('%012x', ${at}), 1, 8) || '-' || substr(printf('%012x', ${at}), 9) || '-7' || substr(${hex(2)}, 2) || '-a' || substr(${hex(2)}, 2) || '-' || ${hex(6)}`;

/** How a copy differs, by table and column; `by`: how far its numbers are from the first ones', `age` in milliseconds. */
const changes = ({ by, copy, age }) => {
  const ofMessage = { message_seq: `message_seq + ${by}` };
  return {
    message: {
      seq: `seq + ${by}`,
      id: uuid(`received_at - ${age}`),
      received_at: `received_at - ${age}`,
      control_id: `control_id || '-${copy}'`,
      key: `key || '-${copy}'`,
      content_hash: hex(32),
      kept: age < KEPT_DAYS * DAY ? 1 : 0,
    },
    // A result is a thing of its own; a change of the same patient's data is about the same thing again.
    mark: {
      ...ofMessage,
      hash: `CASE WHEN kind = 'thing' AND message_seq % 2 = 0 THEN substr(${hex(22)}, 1, 43) ELSE hash END`,
    },
    event: { ...ofMessage, at: `at - ${age}` },
    delivery: {
      ...ofMessage,
      seq: `seq + ${by}`,
      id: uuid(`created_at - ${age}`),
      created_at: `created_at - ${age}`,
      delivered_at: `delivered_at - ${age}`,
      idempotency_key: uuid(`created_at - ${age}`),
      traceparent: `'00-' || ${hex(16)} || '-' || ${hex(8)} || '-01'`,
    },
    ...(age < KEPT_DAYS * DAY ? { raw: ofMessage, mapped: ofMessage } : {}),
  };
};

/** Fills the ledger of a stopped gateway up to `count` messages; `first` of them stand in it, numbered from 1. */
export function fill(file, first, count) {
  const db = new Database(file);
  const set = (pragma) => db.prepare(`PRAGMA ${pragma}`).all([]);
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -1000000', 'foreign_keys = OFF']) {
    set(pragma);
  }
  // Made once at the end: a tenth of the time.
  const indexes = db.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").all([]);
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
  const columns = Object.fromEntries(
    Object.keys(changes({ by: 0, copy: 0, age: 0 })).map((table) => [
      table,
      set(`table_info(${table})`).map(({ name }) => name),
    ]),
  );
  const copies = Math.ceil(count / first) - 1;
  db.exec('BEGIN');
  for (let copy = 1; copy <= copies; copy++) {
    const age = Math.round(((copies - copy) / copies) * DAYS * DAY);
    for (const [table, change] of Object.entries(changes({ by: copy * first, copy, age }))) {
      const values = columns[table].map((column) => change[column] ?? column).join(', ');
      const key = table === 'delivery' || table === 'message' ? 'seq' : 'message_seq';
      db.exec(`INSERT INTO ${table} SELECT ${values} FROM ${table} WHERE ${key} <= ${first}`);
    }
  }
  db.exec('COMMIT');
  for (const { sql } of indexes) db.exec(sql);
  const { n } = db.prepare('SELECT count(*) AS n FROM message').get([]);
  set('journal_mode = WAL');
  db.close();
  return n;
}
