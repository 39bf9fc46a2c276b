/** The only reader of the environment. Every fault is reported at once and by name. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** Empty counts as absent: as a number it would be 0. */
const unlessEmpty = <T extends z.ZodType>(schema: T) =>
  z.preprocess((text) => (text === '' ? undefined : text), schema);
const portOr = (port: number) => unlessEmpty(z.coerce.number().int().min(0).max(65_535).default(port));
const optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : text));

const isKey = (text: string | undefined): boolean =>
  text === undefined || (Buffer.from(text, 'base64').length === 32 && /^[\w+/]{43}=$/.test(text.trim()));

const KEY_FORM = '32 bytes in base64 (44 characters)';

const schema = z
  .object({
    /** Region file; absent: the sandbox. */
    CONFIG: optional,
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: portOr(8080),
    MLLP_PORT: portOr(2575),
    DATABASE_URL: z
      .string()
      .regex(/^(?:file:.|postgres(?:ql)?:\/\/.)/, 'file:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE')
      .default('file:./data/gateway.sqlite'),
    LEDGER_KEY: optional.refine(isKey, KEY_FORM),
    /** Beside a new LEDGER_KEY, while the key changes. */
    LEDGER_KEY_PREVIOUS: optional.refine(isKey, KEY_FORM),
    /** BullMQ between `serve` and `work`; absent: deliveries are dispatched within the process. */
    REDIS_URL: optional.refine((text) => text === undefined || /^rediss?:\/\/./.test(text), 'redis://HOST:PORT'),
    /** Of every key in Redis. */
    REDIS_PREFIX: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'letters, digits, . _ and -')
      .default('wijkkliniek'),
    /** How long after its last heartbeat the work of a dead process is taken over. */
    LEASE_SECONDS: unlessEmpty(z.coerce.number().min(1).max(3_600).default(30)),
    /** Health and metrics of `work`. */
    WORK_PORT: portOr(8081),
    /** Threads that read, map and prove beside the one of the doors; absent: one where there is a second core. */
    MAPPING_THREADS: unlessEmpty(
      z.coerce
        .number()
        .int()
        .min(0)
        .max(16)
        .default(() => (availableParallelism() < 2 ? 0 : 1)),
    ),
    OPERATOR_KEY: optional,
    INTEGRATOR_KEY: optional,
    MAX_MESSAGE_BYTES: unlessEmpty(
      z.coerce
        .number()
        .int()
        .min(1024)
        .default(20 * 1024 * 1024),
    ),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    /** Traces go here (OTLP/HTTP) when it is set; other OTEL_ settings of the exporter hold as OpenTelemetry has them. */
    OTEL_EXPORTER_OTLP_ENDPOINT: optional.refine(
      (text) => text === undefined || /^https?:\/\/./.test(text),
      'http(s)://…',
    ),
    OTEL_SERVICE_NAME: optional,
    /** Where the command line finds a running gateway. */
    GATEWAY_URL: optional,
    GATEWAY_KEY: optional,
  })
  .refine(({ DATABASE_URL: url, LEDGER_KEY: key }) => url.startsWith('file:') || key !== undefined, {
    path: ['LEDGER_KEY'],
    message: `needed with PostgreSQL, the same for every process: ${KEY_FORM}`,
  })
  .refine(({ DATABASE_URL: url, REDIS_URL: redis }) => redis === undefined || !url.startsWith('file:'), {
    path: ['REDIS_URL'],
    message: 'is for several processes, which share no file: it needs DATABASE_URL=postgres://…',
  });

/** Where the ledger lives. */
export type Database =
  { readonly engine: 'sqlite'; readonly file: string } | { readonly engine: 'postgres'; readonly url: string };

const databaseOf = (url: string): Database =>
  url.startsWith('file:') ? { engine: 'sqlite', file: url.slice('file:'.length) } : { engine: 'postgres', url };

export interface Config {
  readonly regionFile: string | null;
  readonly host: string;
  readonly port: number;
  readonly mllpPort: number;
  readonly database: Database;
  /** Null: deliveries are dispatched within the process. */
  readonly redis: { readonly url: string; readonly prefix: string } | null;
  readonly leaseMs: number;
  readonly workPort: number;
  /** 0: mapping is done in the thread of the doors. */
  readonly mappingThreads: number;
  readonly ledgerKey: string | undefined;
  readonly previousLedgerKey: string | undefined;
  readonly operatorKey: string | undefined;
  readonly integratorKey: string | undefined;
  readonly maxMessageBytes: number;
  readonly logLevel: z.output<typeof schema>['LOG_LEVEL'];
  /** Null: no traces. */
  readonly traces: { readonly endpoint: string; readonly service: string } | null;
  readonly gatewayUrl: string;
  /** Bearer key the command line sends to the tracking API: GATEWAY_KEY, else OPERATOR_KEY. */
  readonly gatewayKey: string | undefined;
  /** Bearer key `send` shows at a partner's door: GATEWAY_KEY alone, never the operator's. */
  readonly senderKey: string | undefined;
  /** A secret the region file names by its environment variable. */
  readonly secret: (envName: string) => string | undefined;
}

export type ConfigRead =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly string[] };

export function readConfig(env: NodeJS.ProcessEnv = process.env): ConfigRead {
  const read = schema.safeParse(env);
  if (!read.success) {
    return { ok: false, faults: read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) };
  }
  const { data } = read;
  return {
    ok: true,
    config: {
      regionFile: data.CONFIG ?? null,
      host: data.HOST,
      port: data.PORT,
      mllpPort: data.MLLP_PORT,
      database: databaseOf(data.DATABASE_URL),
      redis: data.REDIS_URL === undefined ? null : { url: data.REDIS_URL, prefix: data.REDIS_PREFIX },
      leaseMs: data.LEASE_SECONDS * 1_000,
      workPort: data.WORK_PORT,
      mappingThreads: data.MAPPING_THREADS,
      ledgerKey: data.LEDGER_KEY,
      previousLedgerKey: data.LEDGER_KEY_PREVIOUS,
      operatorKey: data.OPERATOR_KEY,
      integratorKey: data.INTEGRATOR_KEY,
      maxMessageBytes: data.MAX_MESSAGE_BYTES,
      logLevel: data.LOG_LEVEL,
      traces:
        data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
          ? null
          : { endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT, service: data.OTEL_SERVICE_NAME ?? 'wijkkliniek-gateway' },
      gatewayUrl: data.GATEWAY_URL ?? `http://127.0.0.1:${data.PORT === 0 ? 8080 : data.PORT}`,
      gatewayKey: data.GATEWAY_KEY ?? data.OPERATOR_KEY,
      senderKey: data.GATEWAY_KEY,
      secret: (envName) => env[envName],
    },
  };
}

/** A secret of the environment, also where the rest of it is wrong. */
export const environmentSecret = (envName: string): string | undefined => process.env[envName];

/** `NO_COLOR`, set to anything, means no colours (no-color.org). Asked apart: it holds where the rest is wrong. */
export const wantsColour = (env: NodeJS.ProcessEnv = process.env): boolean => (env['NO_COLOR'] ?? '') === '';

/** True for an address that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(host);
