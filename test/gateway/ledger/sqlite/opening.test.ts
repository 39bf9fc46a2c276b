import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Connection } from '../../../../gateway/ledger/sqlite/connection.ts';
import { migrate } from '../../../../gateway/ledger/sqlite/migrate.ts';
import { openSqliteLedger } from '../../../../gateway/ledger/sqlite/open.ts';
import { clock, KEY, message } from '../samples.ts';
import { openTemporary, temporaryFile } from './open-temporary.ts';

const versionOf = (db: Connection) => db.get<{ user_version: number }>('PRAGMA user_version')?.user_version;
const tablesOf = (db: Connection) =>
  db.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) => name);
const writable = (file: string) => Connection.open(file, { write: true, synchronous: 'FULL' });

describe('opening a ledger', () => {
  test('finds what was written before', async () => {
    const file = temporaryFile();
    const m = message();
    const first = await openTemporary(file);
    await first.write((tx) => tx.insertMessage(m));
    await first.close();
    const second = await openTemporary(file);
    expect(await second.message(m.id)).toMatchObject({ id: m.id });
    expect(await second.raw(m.id)).not.toBeNull();
    await second.close();
  });

  test('makes the folder it is told to live in', async () => {
    const ledger = await openTemporary(`${temporaryFile()}/data/gateway.sqlite`);
    expect(await ledger.ready()).toBe(true);
    await ledger.close();
  });

  test('with another key is refused in words', async () => {
    const file = temporaryFile();
    await (await openTemporary(file)).close();
    const opening = openSqliteLedger({ file, key: randomBytes(32), clock });
    await expect(opening).rejects.toThrow('LEDGER_KEY is not the key of this ledger: give its present key');
    await (await openSqliteLedger({ file, key: KEY, clock })).close();
  });

  test('of a newer schema is refused in words, and nothing is changed', async () => {
    const file = temporaryFile();
    await (await openTemporary(file)).close();
    const db = writable(file);
    db.exec('PRAGMA user_version = 99');
    await expect(openTemporary(file)).rejects.toThrow(/schema 99.*newer gateway/);
    expect(versionOf(db)).toBe(99);
    db.close();
  });

  test('of a file that is no database fails, and leaves the file', async () => {
    const file = temporaryFile();
    writeFileSync(file, 'no database at all '.repeat(1_000));
    await expect(openTemporary(file)).rejects.toThrow('not a database');
  });

  test('keeps the journal and pages it was made for', async () => {
    const file = temporaryFile();
    await (await openTemporary(file)).close();
    const db = Connection.open(file, { write: false, synchronous: 'FULL' });
    expect(db.get('PRAGMA journal_mode')).toMatchObject({ journal_mode: 'wal' });
    expect(db.get('PRAGMA page_size')).toMatchObject({ page_size: 8192 });
    expect(db.get('PRAGMA auto_vacuum')).toMatchObject({ auto_vacuum: 2 });
    db.close();
  });
});

describe('a migration', () => {
  const STEPS = ['CREATE TABLE a (x)', 'CREATE TABLE b (x); CREATE TABLE c (x)'];

  test('runs the steps a file has not had, each once', () => {
    const db = writable(temporaryFile());
    migrate(db, STEPS.slice(0, 1));
    migrate(db, STEPS);
    migrate(db, STEPS);
    expect(versionOf(db)).toBe(2);
    expect(tablesOf(db)).toEqual(['a', 'b', 'c']);
    db.close();
  });

  test('that fails half-way leaves the schema of before', () => {
    const db = writable(temporaryFile());
    migrate(db, STEPS.slice(0, 1));
    expect(() => migrate(db, [...STEPS.slice(0, 1), 'CREATE TABLE b (x); CREATE TABLE a (x)'])).toThrow();
    expect(versionOf(db)).toBe(1);
    expect(tablesOf(db)).toEqual(['a']);
    db.close();
  });
});
