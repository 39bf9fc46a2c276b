/** The HTTP doors on a real port, with everything behind them standing in: tests say what it answers. */
import { Registry } from 'prom-client';
import type { Clock } from '../../../gateway/clock.ts';
import { answer } from '../../../gateway/conformance/answer.ts';
import { createChecker } from '../../../gateway/conformance/check.ts';
import { httpApp } from '../../../gateway/http/app.ts';
import type { HttpDeps } from '../../../gateway/http/deps.ts';
import { serveHttp } from '../../../gateway/http/serve.ts';
import type { Arrival, Received } from '../../../gateway/intake/receive.ts';
import { CLOSED } from '../../../gateway/ledger/breaker.ts';
import type {
  Content,
  Enrolment,
  MessageFilter,
  StoredDelivery,
  StoredMessage,
  UnmappedCode,
} from '../../../gateway/ledger/ledger.ts';
import { silentLog, type Log } from '../../../gateway/log.ts';
import { refuse } from '../../../gateway/refusal.ts';
import { regionSchema } from '../../../gateway/regions/region.ts';
import sandbox from '../../../gateway/regions/sandbox.json' with { type: 'json' };

const NOW = '2026-11-20T13:00:00.000Z';
const clock: Clock = { now: () => new Date(NOW) };
export const region = regionSchema.parse(sandbox);

export const stored = (over: Partial<StoredMessage> = {}): StoredMessage => ({
  id: '0d5e6c1a-6f0f-4f1e-9d5e-5a8f6f1f0c11',
  seq: 1,
  receivedAt: '2026-11-20T12:00:01.000Z',
  source: 'sandbox-hospital',
  door: 'fhir',
  type: 'Bundle/transaction',
  controlId: 'B-1',
  flow: 'lab-result',
  status: 'pending',
  key: 'B-1',
  contentHash: 'c0ffee',
  refusal: null,
  warnings: [],
  mapping: { id: 'lab-fhir', version: '1.0.0' },
  patient: 'patient-1',
  orderedAt: null,
  holdUntil: null,
  task: null,
  ...over,
});

export const accept = (over: Partial<StoredMessage> = {}): Received => ({
  ok: true,
  message: stored(over),
  duplicate: false,
});

interface Kept {
  messages: StoredMessage[];
  deliveries: StoredDelivery[];
  enrolments: Enrolment[];
  unmapped: UnmappedCode[];
  raw: Content | null;
  mapped: Content | null;
  tasks: ReadonlyMap<string, number>;
  filters: MessageFilter[];
  paused: Map<string, string>;
  /** Of the ECD's breaker. */
  openUntil: string | null;
}

function fakeLedger(kept: Kept): HttpDeps['ledger'] {
  return {
    ready: async () => true,
    pause: async (destination, pausedAt) => void kept.paused.set(destination, pausedAt),
    resume: async (destination) => void kept.paused.delete(destination),
    message: async (id) => kept.messages.find((one) => one.id === id) ?? null,
    messages: async (filter) => {
      kept.filters.push(filter);
      return { items: kept.messages, next: null };
    },
    deliveries: async (id) => kept.deliveries.filter((one) => one.messageId === id),
    delivery: async () => null,
    newerOnSameThing: async () => null,
    disclosed: async () => null,
    events: async () => [{ at: NOW, event: 'received', detail: null }],
    raw: async () => kept.raw,
    mapped: async () => kept.mapped,
    task: async (id) => {
      const version = kept.tasks.get(id);
      if (version === undefined) return null;
      const parties = { requester: 'sandbox-hospital', owner: 'sandbox-vvt' };
      return { id, version, lastUpdated: NOW, status: 'requested', ...parties, messageId: 'm', resource: '{}' };
    },
    tasks: async () => ({ items: [], next: null }),
    enrolments: async () => ({ items: kept.enrolments, next: null }),
    unmapped: async ({ source }) => ({
      items: kept.unmapped.filter((one) => source === undefined || one.source === source),
      next: null,
    }),
    reconciliation: async () => ({
      received: 10,
      refused: 1,
      held: 1,
      expired: 1,
      parked: 1,
      unrouted: 1,
      pending: 1,
      dead: 1,
      delivered: 3,
      balanced: true,
    }),
    destinations: async () => [
      {
        destination: 'ecd',
        pausedAt: kept.paused.get('ecd') ?? null,
        breaker: { ...CLOSED, openUntil: kept.openUntil },
      },
    ],
    lanes: async () => [{ destination: 'ecd', lanes: 2, deepest: 3 }],
    sourceBacklog: async () => new Map([['sandbox-hospital', 4]]),
    alarms: async () => [{ kind: 'dead-letters', subject: '', raisedAt: NOW, count: 1 }],
    alarmNotices: async () => [],
    backlog: async () => [
      {
        destination: 'ecd',
        waiting: 2,
        sending: 1,
        retrying: 0,
        dead: 1,
        oldestWaitingAt: '2026-11-20T12:58:00.000Z',
        lastDeliveredAt: null,
      },
    ],
  };
}

export interface Doorway {
  readonly url: string;
  readonly arrivals: Arrival[];
  readonly kept: Kept;
  /** Everything logged, as JSON. */
  readonly logged: string[];
  stop(): Promise<void>;
}

type Overrides = Partial<Omit<HttpDeps, 'settings'>> & { readonly settings?: Partial<HttpDeps['settings']> };

/** Opens the doors; `receive` stands in for intake unless told otherwise it accepts. */
export async function openDoors(over: Overrides = {}): Promise<Doorway> {
  const arrivals: Arrival[] = [];
  const logged: string[] = [];
  const kept: Kept = {
    messages: [stored()],
    deliveries: [],
    enrolments: [],
    unmapped: [],
    raw: null,
    mapped: null,
    tasks: new Map(),
    filters: [],
    paused: new Map(),
    openUntil: null,
  };
  const log: Log = {
    event: (name, fields) => logged.push(JSON.stringify({ name, ...fields })),
    failure: (name, error, fields) => logged.push(JSON.stringify({ name, error: String(error), ...fields })),
  };
  const { receive = async () => accept(), settings, ...rest } = over;
  const app = httpApp({
    receive: async (arrival) => {
      arrivals.push(arrival);
      return receive(arrival);
    },
    ledger: fakeLedger(kept),
    tasks: {
      read: async () => 'not-found',
      search: async () => ({ items: [], next: null }),
      update: async () => ({ ok: false, reason: 'not-found' }),
    },
    replay: async () => ({ ok: true, deliveries: ['d-1'] }),
    replayMany: async (_filter, { dryRun }) => ({ dryRun, found: 0, replayed: 0, refused: 0, items: [], next: null }),
    rehearse: async () => ({ ok: true, difference: [] }),
    explain: async () => 'not-found',
    identify: () => ({ ok: true, caller: { source: 'sandbox-hospital', party: 'sandbox-hospital' } }),
    check: async (question) => answer(createChecker([]), question),
    region,
    settings: {
      maxMessageBytes: 20 * 1024 * 1024,
      operatorKey: null,
      integratorKey: null,
      host: '127.0.0.1',
      loopback: true,
      version: '0.0.0-test',
      mllp: { host: '127.0.0.1', port: 2575 },
      ...settings,
    },
    metrics: new Registry(),
    log,
    clock,
    ...rest,
  });
  const server = await serveHttp(app, { host: '127.0.0.1', port: 0, log: silentLog });
  return {
    url: `http://127.0.0.1:${server.port}`,
    arrivals,
    kept,
    logged,
    stop: () => server.stop(100),
  };
}

/** One refusal of each kind of the contract's table, as intake words them. */
export const REFUSALS = {
  unreadable: refuse('unreadable', { code: 'structure', expression: '$', text: 'not JSON', rule: 'json' }),
  'too-large': refuse('too-large', { code: 'too-long', expression: '', text: 'too large', rule: 'too-large' }),
  'unknown-sender': refuse('unknown-sender', { code: 'login', expression: '', text: 'who?', rule: 'unknown-sender' }),
  'not-allowed': refuse('not-allowed', { code: 'forbidden', expression: '', text: 'no', rule: 'not-allowed' }),
  'no-flow': refuse('no-flow', { code: 'not-supported', expression: 'MSH-9.1', text: 'no flow', rule: 'no-flow' }),
  rule: refuse('rule', { code: 'value', expression: 'PID-3[2].1', text: 'fails the elfproef', rule: 'bsn' }),
  conflict: refuse('conflict', { code: 'duplicate', expression: '', text: 'other content', rule: 'conflict' }),
  busy: refuse('busy', { code: 'throttled', expression: '', text: 'too much waits', rule: 'busy' }),
  unavailable: refuse('unavailable', { code: 'transient', expression: '', text: 'later', rule: 'unavailable' }),
} as const;
