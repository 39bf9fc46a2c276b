/** Connections to PostgreSQL: how they are set up, and which of their errors mean that the store, not a unit, failed. */
import pg, { type Client, type ClientConfig, type Pool } from 'pg';
import { fromKept } from '../sql/text.ts';

/** A server that stopped answering is as good as gone. */
const CONNECT_MS = 5_000;
const ANSWER_MS = 16_000;
/** A process that stands still with the lock in hand is cut off; who waits for it waits no longer than that. */
const IDLE_IN_TRANSACTION_MS = 12_000;
const LOCK_MS = 14_000;
/** Readers of one process; its writer has a connection of its own. */
const READERS = 4;

/** Counts, numbers and milliseconds all fit a double. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.NUMERIC, Number);
types.setTypeParser(pg.types.builtins.TEXT, fromKept);

export interface Address {
  readonly url: string;
  readonly schema: string;
  /** Settings every session starts with. */
  readonly options: string;
}

const DEFAULT_SCHEMA = 'gateway';

/**
 * Every statement has its index: a plan made for any value, or while a table was small, would walk a million rows. What
 * PostgreSQL then takes for costly (the whole of a small table) it would compile first, for tens of milliseconds.
 */
const NO_SCANS = '-c enable_seqscan=off -c jit=off';

/** `postgres://user:password@host:5432/database?schema=name`; the schema is `gateway` unless named. Throws on another. */
export function postgresAddress(databaseUrl: string): Address {
  const url = new URL(databaseUrl);
  const schema = url.searchParams.get('schema') ?? DEFAULT_SCHEMA;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error('schema: small letters, digits and _ alone');
  // What the operator asks for beside it (`?options=-c …`) stays; a schema found by another way would be another ledger.
  const options = `${url.searchParams.get('options') ?? ''} ${NO_SCANS} -c search_path=${schema}`.trim();
  url.searchParams.delete('schema');
  url.searchParams.delete('options');
  return { url: url.href, schema, options };
}

const settings = ({ url, options }: Address): ClientConfig => ({
  connectionString: url,
  types,
  options,
  application_name: 'wijkkliniek-gateway',
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
});

const HURRIED: ClientConfig = { query_timeout: ANSWER_MS, statement_timeout: ANSWER_MS };

/** `pipeline`: statements go out without waiting for the answers of those before. */
export const connectWriter = (address: Address): Promise<Client> =>
  connect(address, {
    ...HURRIED,
    pipeline: true,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });

/** For a step of the schema, which takes as long as a large table takes. */
export const connectPatiently = (address: Address): Promise<Client> => connect(address, {});

async function connect(address: Address, more: ClientConfig): Promise<Client> {
  const client = new pg.Client({ ...settings(address), ...more });
  // Its statements hear of it; without a listener the process would end.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await checkDurable(client);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

export function readerPool(address: Address): Pool {
  const pool = new pg.Pool({
    ...settings(address),
    ...HURRIED,
    max: READERS,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: true,
  });
  pool.on('error', () => undefined);
  // Lent out, a connection that dies tells its own listeners: with none the process would end.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

interface Server {
  readonly version: number;
  readonly fsync: string;
  readonly commit: string;
  readonly standby: boolean;
}

/** Why a COMMIT of this server is no promise to us; null when it is one. */
export function whyNotRelied({ version, fsync, standby }: Omit<Server, 'commit'>): string | null {
  if (version < 150_000) return 'PostgreSQL 15 or newer is needed';
  if (standby) return 'this PostgreSQL is a standby: it takes no writes';
  return fsync === 'on' ? null : 'PostgreSQL runs with fsync off: what it confirms can be lost';
}

async function checkDurable(client: Client): Promise<void> {
  const { rows } = await client.query<Server>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS commit, pg_is_in_recovery() AS standby`,
  );
  const [server] = rows;
  const fault = server === undefined ? 'PostgreSQL does not say what it is' : whyNotRelied(server);
  if (fault !== null) throw new Error(fault);
  // Of a database or role that is set otherwise this session is not; one that waits for a standby goes on waiting.
  if (server?.commit === 'off' || server?.commit === 'local') await client.query('SET synchronous_commit = on');
}

/** The text's or number's own fault, or a rule it breaks: its unit fails alone. */
export const isOfTheUnit = (error: unknown): boolean =>
  error instanceof pg.DatabaseError &&
  error.severity !== 'FATAL' &&
  error.severity !== 'PANIC' &&
  /^(?:22|23|42)/.test(error.code ?? '');

/** Of the server or the way to it; what the core itself throws (a cursor nobody gave out) is neither. */
export const isOfTheStore = (error: unknown): boolean =>
  !isOfTheUnit(error) && (error instanceof pg.DatabaseError || isOfTheConnection(error));

/** It ended: said by the server as its last word, by the system with a code, or by pg in words. */
export function isOfTheConnection(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.severity === 'FATAL' || error.severity === 'PANIC';
  if (typeof error !== 'object' || error === null) return false;
  return 'code' in error || ('message' in error && /connection|timeout|queryable|closed/i.test(String(error.message)));
}

/** A table was changed by a newer gateway since this connection prepared the statement. */
export const isOfAnOlderPlan = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '0A000';
