/**
 * A model of a FHIR server that takes transactions of conditional updates: what stands under which identifier, which
 * idempotency keys it remembers, and every attempt in the order of its arrival. It misbehaves as told.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createStanding, digest, read, type SeenBundle } from './standing.ts';

export interface Arrived {
  /** `meta.source` after the `#`: which of its source's messages. */
  readonly message: string;
  /** The condition the Patient is updated by. */
  readonly patient: string;
  readonly key: string;
}

/** What an attempt came on. It may carry many, and ends with the process that opened it. */
export interface Connection {
  /** `performance.now()`; infinite while it is open. */
  endedAt: number;
}

export interface Attempt extends Arrived {
  readonly connection: Connection;
  /** `performance.now()` of its arrival. */
  readonly at: number;
  /** `same-key` and `no-change`: taken before; `none`: not carried out; `other-bytes`: its key came with another body. */
  effect: 'new' | 'same-key' | 'no-change' | 'other-bytes' | 'none';
  answer: Answer | null;
}

/** A status, a connection cut without an answer, or nothing at all. */
type Answer = number | 'cut' | 'silence';

export interface Behaviour {
  /** Waits this long before anything else. */
  readonly delayMs?: number;
  readonly commit: boolean;
  /** What follows the commit, or comes without one. */
  readonly answer: Answer;
  /** Seconds. */
  readonly retryAfter?: number;
}

export const WELL: Behaviour = { commit: true, answer: 200 };

export interface ModelReceiver {
  readonly port: number;
  /** Every request, in the order of arrival. */
  readonly attempts: readonly Attempt[];
  /** What changed something, in the order of the commits. */
  readonly effects: readonly Arrived[];
  /** What was committed, when asked to keep it. */
  readonly bodies: readonly string[];
  requests(): number;
  /** How many resources of a type stand on the server. */
  resources(type: string): number;
  stop(): Promise<void>;
}

interface Settings {
  readonly behave?: (arrived: Arrived) => Behaviour;
  readonly keepBodies?: boolean;
  /** False: a server that knows no Idempotency-Key; only its conditional updates keep it from doubling. */
  readonly remembersKeys?: boolean;
}

export async function startReceiver(settings: Settings = {}, port = 0): Promise<ModelReceiver> {
  const { behave = () => WELL, keepBodies = false, remembersKeys = true } = settings;
  const bodies: string[] = [];
  const attempts: Attempt[] = [];
  const effects: Arrived[] = [];
  const keys = new Map<string, string>();
  const done = new Set<string>();
  const standing = createStanding();
  const connections = new WeakMap<Socket, Connection>();

  const carryOut = (attempt: Attempt, bundle: SeenBundle, body: string): void => {
    if (remembersKeys && done.has(attempt.key)) {
      attempt.effect = 'same-key';
      return;
    }
    done.add(attempt.key);
    attempt.effect = standing.put(bundle) ? 'new' : 'no-change';
    if (attempt.effect === 'new') effects.push(attempt);
    if (keepBodies) bodies.push(body);
  };

  const take = async (request: IncomingMessage, body: string, response: ServerResponse): Promise<void> => {
    const key = String(request.headers['idempotency-key'] ?? '');
    const connection = connections.get(request.socket) ?? { endedAt: Number.POSITIVE_INFINITY };
    const bundle = JSON.parse(body) as SeenBundle;
    const attempt: Attempt = { ...read(bundle), key, connection, at: performance.now(), effect: 'none', answer: null };
    attempts.push(attempt);
    const bytes = keys.get(key);
    keys.set(key, digest(body));
    if (bytes !== undefined && bytes !== digest(body)) {
      attempt.effect = 'other-bytes';
      attempt.answer = 422;
      response.writeHead(422).end();
      return;
    }
    const behaviour = behave(attempt);
    if (behaviour.delayMs !== undefined) await new Promise((later) => setTimeout(later, behaviour.delayMs));
    if (behaviour.commit) carryOut(attempt, bundle, body);
    attempt.answer = behaviour.answer;
    reply(response, behaviour);
  };

  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void take(request, Buffer.concat(chunks).toString('utf8'), response);
    });
  });
  server.on('connection', (socket: Socket) => {
    const connection: Connection = { endedAt: Number.POSITIVE_INFINITY };
    connections.set(socket, connection);
    socket.on('close', () => {
      connection.endedAt = performance.now();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    attempts,
    effects,
    bodies,
    requests: () => attempts.length,
    resources: (type) => standing.count(type),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reply(response: ServerResponse, { answer, retryAfter }: Behaviour): void {
  if (answer === 'silence') return;
  if (answer === 'cut') {
    response.socket?.resetAndDestroy();
    return;
  }
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  response
    .writeHead(answer, { 'content-type': 'application/fhir+json', ...headers })
    .end(
      answer < 300
        ? '{"resourceType":"Bundle","type":"transaction-response"}'
        : '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"}]}',
    );
}
