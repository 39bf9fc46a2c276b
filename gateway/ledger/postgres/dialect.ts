/** The core's statements as PostgreSQL reads them: `$n` for `?`, and no word of SQLite's indexes. */
import { manyInto, type Into } from '../sql/db.ts';

export interface Statement {
  /** Under which every connection keeps it prepared. */
  readonly name: string;
  readonly text: string;
  /** Changes something, though it may answer rows too. */
  readonly changes: boolean;
}

const known = new Map<string, Statement>();

export function statement(sql: string): Statement {
  const found = known.get(sql);
  if (found) return found;
  let n = 0;
  const text = sql
    .replace(/\s+INDEXED BY \w+/g, '')
    .replace(/\?(\d*)/g, (_, given: string) => `$${given === '' ? ++n : given}`);
  const made = { name: `s${known.size}`, text, changes: !/^\s*SELECT\b/i.test(text) };
  known.set(sql, made);
  return made;
}

/** `rows` rows in one statement; a numbered table's `seq` comes first. */
export const multiRow = (into: Into, rows: number): string =>
  manyInto(into.numbered ? { ...into, columns: ['seq', ...into.columns] } : into, rows);
