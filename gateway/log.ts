/**
 * Log lines carry ids and codes from a closed list of fields, never a payload, a name, a BSN or a birth date. The list
 * is enforced twice: by the type, and at run time, because a field may be filled with what a partner sent.
 */
import { pino } from 'pino';

/** Every field a log line may have. Adding one means: its values can identify nobody. */
const FIELDS = [
  'messageId',
  'deliveryId',
  'enrolmentId',
  'taskId',
  'destination',
  'source',
  'region',
  'wijkkliniek',
  'door',
  'flow',
  'type',
  'kind',
  'status',
  'httpStatus',
  'code',
  'class',
  'rule',
  'mapping',
  'version',
  'method',
  'route',
  'attempts',
  'count',
  'bytes',
  'durationMs',
  'delayMs',
  'host',
  'port',
  'traceId',
  'reason',
] as const;
type LogField = (typeof FIELDS)[number];
export type LogFields = { readonly [field in LogField]?: string | number | boolean | null | undefined };
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Log {
  /** One line: `name` is a dotted literal (`delivery.dead`). Level `info` unless told. */
  event(name: string, fields?: LogFields, level?: LogLevel): void;
  /** A bug or lost infrastructure: class, code and places of the error, class and code of what caused it; no message (it may quote data). */
  failure(name: string, error: unknown, fields?: LogFields): void;
}

const ALLOWED: ReadonlySet<string> = new Set(FIELDS);
const CODE_LIKE = /^[A-Za-z0-9._:/^#@+$&|[\]-]{0,120}$/;
/** A run of 8 or 9 digits on its own is how a BSN looks; a uuid or a path never holds one between word breaks. */
const BSN_LIKE = /(?<![0-9A-Za-z-])\d{8,9}(?![0-9A-Za-z-])/;

const isSafe = (value: string): boolean => CODE_LIKE.test(value) && !BSN_LIKE.test(value);

/** The fields of the list, and of their values those that are safe. */
export function allowedFields(fields: LogFields): Record<string, string | number | boolean | null> {
  const kept: Record<string, string | number | boolean | null> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || !ALLOWED.has(field)) continue;
    kept[field] = typeof value === 'string' && !isSafe(value) ? 'withheld' : value;
  }
  return kept;
}

const codeOf = (error: Error): string | null =>
  'code' in error && typeof error.code === 'string' && isSafe(error.code) ? error.code : null;

const stackOf = ({ stack = '' }: Error): string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());

/** Causes of causes followed so far: enough, and an error that is its own cause ends too. */
const MOST_CAUSES = 5;

/** What an error that wraps another has at its bottom: `SQLITE_FULL`, `57P01`, `ECONNREFUSED`; where that has no code, its place. */
function rootOf(error: Error): { cause?: string; causeCode?: string; causeAt?: string } {
  let root = error;
  for (let depth = 0; depth < MOST_CAUSES && root.cause instanceof Error; depth += 1) root = root.cause;
  if (root === error) return {};
  const code = codeOf(root);
  const place = stackOf(root)[0];
  if (code !== null) return { cause: root.name, causeCode: code };
  return { cause: root.name, ...(place === undefined ? {} : { causeAt: place }) };
}

/** Where an error came from and why, without its words. */
function placesOf(error: unknown): Readonly<Record<string, string | readonly string[]>> {
  if (!(error instanceof Error)) return { error: typeof error, stack: [] };
  const code = codeOf(error);
  const errorCode = code === null ? {} : { errorCode: code };
  return { error: error.name, ...errorCode, ...rootOf(error), stack: stackOf(error).slice(0, 8) };
}

/** Kept for a standard error that takes nothing at the moment; what comes beyond it is dropped. */
const MOST_KEPT_BYTES = 1024 * 1024;

/** A log on a full disk, or with nobody left to read it, must not end the process. */
function standardError(): ReturnType<typeof pino.destination> {
  const stream = pino.destination({ fd: 2, sync: true, maxLength: MOST_KEPT_BYTES });
  stream.on('error', () => undefined);
  return stream;
}

/** JSON lines (pino) on `stream`, standard error unless told: standard output is for results. */
export function createLog(options: {
  readonly level: LogLevel | 'silent';
  readonly stream?: { write(line: string): void };
}): Log {
  const lines = pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    options.stream ?? standardError(),
  );
  return {
    event: (name, fields = {}, level = 'info') => {
      lines[level]({ event: name, ...allowedFields(fields) });
    },
    failure: (name, error, fields = {}) => {
      lines.error({ event: name, ...placesOf(error), ...allowedFields(fields) });
    },
  };
}

export const silentLog: Log = { event: () => undefined, failure: () => undefined };
