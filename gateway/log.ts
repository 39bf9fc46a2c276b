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
  /** A bug or lost infrastructure: the error's class, code and stack places, without its message (it may quote data). */
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

/** Where an error came from, without its words. */
function placesOf(error: unknown): { error: string; errorCode?: string; stack: string[] } {
  if (!(error instanceof Error)) return { error: typeof error, stack: [] };
  const code = 'code' in error && typeof error.code === 'string' && isSafe(error.code) ? error.code : null;
  const stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
  return { error: error.name, ...(code === null ? {} : { errorCode: code }), stack };
}

/** JSON lines (pino) on `stream`, standard error unless told: standard output is for results. */
export function createLog(options: {
  readonly level: LogLevel | 'silent';
  readonly stream?: { write(line: string): void };
}): Log {
  const lines = pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    options.stream ?? pino.destination({ fd: 2, sync: true }),
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
