/**
 * What the statements of the ledger stand on, whichever engine keeps it. They are written once, in the SQL both engines
 * read: `?` (or `?1`) for a value, `INDEXED BY` where SQLite needs to be told (PostgreSQL does not see it), moments and
 * counts as integers, no booleans.
 */
export type Value = string | number | Uint8Array | null;

/** A table's columns as they are put. `numbered`: the engine gives each row the next `seq`. */
export interface Into {
  readonly table: string;
  readonly columns: readonly string[];
  readonly numbered: boolean;
  /** Rows of other tables refer to its rows, which must be there first. */
  readonly referred: boolean;
  /** A row that is there already stays as it is. */
  readonly again: 'refused' | 'ignored';
  readonly sql: string;
}

/** The rows a statement looks for: of what was put, nothing else can change its answer. */
export interface Among {
  readonly table: string;
  readonly column?: string;
  readonly value?: Value;
}

export interface Db {
  get<Row>(sql: string, ...values: Value[]): Promise<Row | undefined>;
  all<Row>(sql: string, ...values: Value[]): Promise<Row[]>;
  /**
   * As `all`, where it is known which rows put before could be among the answer. An engine that keeps what is put until
   * it is asked for need not hand it over for anything else.
   */
  seek<Row>(among: Among, sql: string, ...values: Value[]): Promise<Row[]>;
  /** Number of rows changed. */
  run(sql: string, ...values: Value[]): Promise<number>;
  /** A change nobody counts. It may be made later, before anything is read; when it fails, its unit is undone. */
  change(sql: string, ...values: Value[]): Promise<void>;
  /** Puts a row, as `change` does; returns its `seq`, 0 when the table is not numbered. */
  insert(into: Into, ...values: Value[]): Promise<number>;
}

export function into(
  table: string,
  columns: readonly string[],
  {
    numbered = false,
    referred = false,
    again = 'refused',
  }: Partial<Pick<Into, 'numbered' | 'referred' | 'again'>> = {},
): Into {
  const put = { table, columns, numbered, referred, again };
  return { ...put, sql: manyInto(put, 1) };
}

/** The statement that puts so many rows at once. */
export function manyInto({ table, columns, again }: Pick<Into, 'table' | 'columns' | 'again'>, rows: number): string {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const end = again === 'ignored' ? ' ON CONFLICT DO NOTHING' : '';
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: rows }, () => row).join(', ')}${end}`;
}

/** `?, ?, ?`: one for each value of a list. */
export const marksFor = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** A blob as it comes back: a Buffer, or of libsql's `all` an ArrayBuffer. */
export function bytesOf(value: Uint8Array | ArrayBuffer): Buffer {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length) : Buffer.from(value);
}
