/** A receiver that counts effects: what it committed, under which idempotency key, in which order per patient. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Effect {
  /** `meta.source` of the first resource: which source, which of its messages. */
  readonly message: string;
  readonly patient: string;
  readonly key: string;
}

export interface ModelReceiver {
  readonly port: number;
  /** Committed effects, in order; the same idempotency key counts once. */
  readonly effects: readonly Effect[];
  /** What was committed, when asked to keep it. */
  readonly bodies: readonly string[];
  /** All requests, repeated ones too. */
  requests(): number;
  stop(): Promise<void>;
}

interface Faults {
  /** Whether to reset the connection after the commit instead of answering. */
  readonly resetAfterCommit?: () => boolean;
  readonly keepBodies?: boolean;
}

export async function startReceiver(faults: Faults = {}, port = 0): Promise<ModelReceiver> {
  const bodies: string[] = [];
  const effects: Effect[] = [];
  const keys = new Map<string, string>();
  let requests = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests += 1;
      const key = String(request.headers['idempotency-key'] ?? '');
      const body = Buffer.concat(chunks).toString('utf8');
      const before = keys.get(key);
      if (before !== undefined && before !== createHash('sha256').update(body).digest('hex')) {
        response.writeHead(422).end();
        return;
      }
      if (before === undefined) {
        keys.set(key, createHash('sha256').update(body).digest('hex'));
        if (faults.keepBodies === true) bodies.push(body);
        effects.push({ ...readEffect(body), key });
      }
      if (faults.resetAfterCommit?.() === true) {
        request.socket.destroy();
        return;
      }
      response
        .writeHead(200, { 'content-type': 'application/fhir+json' })
        .end('{"resourceType":"Bundle","type":"transaction-response"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    effects,
    bodies,
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface SeenBundle {
  readonly entry: readonly {
    readonly request: { readonly url: string };
    readonly resource: { readonly resourceType: string; readonly meta?: { readonly source?: string } };
  }[];
}

function readEffect(body: string): { message: string; patient: string } {
  const { entry } = JSON.parse(body) as SeenBundle;
  const patient = entry.find(({ resource }) => resource.resourceType === 'Patient');
  const source = entry.find(({ resource }) => resource.resourceType !== 'Patient')?.resource.meta?.source ?? '';
  return { message: decodeURIComponent(source.slice(source.indexOf('#') + 1)), patient: patient?.request.url ?? '' };
}
