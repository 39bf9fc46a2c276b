import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledgerKeys } from '../../../gateway/ledger/key.ts';

const place = () => join(mkdtempSync(join(tmpdir(), 'ledger-key-')), 'data', 'gateway.sqlite');

describe('the ledger key', () => {
  test('is the one given', async () => {
    const key = randomBytes(32);
    const databaseFile = place();
    expect((await ledgerKeys({ given: key.toString('base64'), databaseFile })).key.equals(key)).toBe(true);
  });

  test.each([
    ['too short'],
    [randomBytes(16).toString('base64')],
    [randomBytes(33).toString('base64')],
    ['='.repeat(44)],
  ])('is refused by name when it is no key: %s', async (given) => {
    await expect(ledgerKeys({ given, databaseFile: place() })).rejects.toThrow(/LEDGER_KEY must be 32 bytes/);
  });

  test('is made once beside the database, for its owner only, and found again', async () => {
    const databaseFile = place();
    const { key: made } = await ledgerKeys({ given: undefined, databaseFile });
    expect(made).toHaveLength(32);
    expect(statSync(`${databaseFile}.key`).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(databaseFile, '..'))).toEqual(['gateway.sqlite.key']);
    expect((await ledgerKeys({ given: undefined, databaseFile })).key.equals(made)).toBe(true);
  });

  test('is one key for starts at the same moment', async () => {
    const databaseFile = place();
    const starts = Array.from({ length: 8 }, () => ledgerKeys({ given: undefined, databaseFile }));
    const keys = new Set((await Promise.all(starts)).map(({ key }) => key.toString('hex')));
    expect(keys.size).toBe(1);
  });

  test('is not made anew for a database that lost its own', async () => {
    const databaseFile = join(mkdtempSync(join(tmpdir(), 'ledger-key-')), 'g.sqlite');
    writeFileSync(databaseFile, 'SQLite format 3');
    await expect(ledgerKeys({ given: undefined, databaseFile })).rejects.toThrow(/g\.sqlite\.key is missing/);
    expect(() => statSync(`${databaseFile}.key`)).toThrow();
  });

  test('is refused when its file was cut short', async () => {
    const databaseFile = join(mkdtempSync(join(tmpdir(), 'ledger-key-')), 'g.sqlite');
    writeFileSync(`${databaseFile}.key`, 'abc');
    await expect(ledgerKeys({ given: undefined, databaseFile })).rejects.toThrow(/must be 32 bytes/);
  });
});
