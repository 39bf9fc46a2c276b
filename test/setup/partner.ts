/** A receiving partner of a test: keeps every request, answers as told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  /** Milliseconds. */
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the partner does with a request; `reset` cuts the connection, `silence` never answers. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'reset'
  | 'silence';

export interface Partner {
  readonly url: string;
  readonly received: Received[];
  behave: (request: Received) => Behaviour;
  /** Cuts every connection, those with a request that hangs too. */
  hangUp(): void;
  stop(): Promise<void>;
}

const WELL: Behaviour = { status: 200, body: '{"resourceType":"Bundle","type":"transaction-response"}' };

export async function startPartner(): Promise<Partner> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const item = { at: Date.now(), headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      partner.received.push(item);
      const answer = partner.behave(item);
      if (answer === 'reset') request.socket.resetAndDestroy();
      else if (answer !== 'silence') {
        response.writeHead(answer.status, { 'content-type': 'application/fhir+json', ...answer.headers });
        response.end(answer.body ?? '');
      }
    });
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const partner: Partner = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
    received: [],
    behave: () => WELL,
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return partner;
}
