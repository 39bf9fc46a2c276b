import { Connection } from '../../../gateway/ledger/sqlite/connection.ts';
import { describeLedger } from './contract.ts';
import { openTemporary, temporaryFile } from './sqlite/open-temporary.ts';

const statements = new Set<string>();
const watched = (['get', 'all', 'run', 'insert'] as const).map((name) => jest.spyOn(Connection.prototype, name));

describeLedger('the ledger on SQLite', () => openTemporary());

describe('every statement of the ledger on SQLite', () => {
  beforeAll(() => {
    for (const spy of watched) {
      for (const [sql] of spy.mock.calls) statements.add(sql);
      spy.mockRestore();
    }
  });

  /** Small for ever, read from one end of an index up to a limit, or the few rows of a subquery. */
  const MAY_SCAN =
    /^SCAN (?:message_count|backlog|source_backlog|alarm|alarm_notice|sqlite_sequence|setting|CONSTANT ROW|\d+ CONSTANT ROWS|ready|again|heads|counted|looked|few|m USING INDEX message_received|d USING INDEX delivery_under_way|destination|t USING INDEX task_updated|e|unmapped)$/;

  test('finds its rows by an index, however many there are', async () => {
    const file = temporaryFile();
    await (await openTemporary(file)).close();
    const db = Connection.open(file, { write: false, synchronous: 'FULL' });
    const scans: string[] = [];
    for (const sql of statements) {
      if (!/^\s*(?:SELECT|INSERT|UPDATE|DELETE)/.test(sql)) continue;
      const values = Array.from({ length: (sql.match(/\?(?!\d)/g) ?? []).length }, () => null);
      const numbered = Math.max(0, ...[...sql.matchAll(/\?(\d)/g)].map(([, n]) => Number(n)));
      const plan = db.all<{ detail: string }>(
        `EXPLAIN QUERY PLAN ${sql}`,
        ...values,
        ...Array.from({ length: numbered }, () => null),
      );
      for (const { detail } of plan) {
        const telling = /^SCAN/.test(detail) && !MAY_SCAN.test(detail);
        if (telling) scans.push(`${detail}: ${sql}`);
      }
    }
    db.close();
    expect(statements.size).toBeGreaterThan(60);
    expect(scans).toEqual([]);
  });

  test('that lists messages reads them in order, without sorting them first', async () => {
    const file = temporaryFile();
    await (await openTemporary(file)).close();
    const db = Connection.open(file, { write: false, synchronous: 'FULL' });
    const lists = [...statements].filter((sql) => sql.startsWith('SELECT m.* FROM message m'));
    const sorted = lists.filter((sql) => {
      const values = Array.from({ length: (sql.match(/\?/g) ?? []).length }, () => null);
      const plan = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values);
      return plan.some(({ detail }) => detail.includes('TEMP B-TREE'));
    });
    db.close();
    expect(lists.length).toBeGreaterThan(5);
    expect(sorted).toEqual([]);
  });
});
