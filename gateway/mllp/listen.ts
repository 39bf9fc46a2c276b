/**
 * Listens for HL7 v2 over MLLP (HL7 transport specification MLLP, release 1): many connections, any chunking, several
 * messages under way on one connection (so that they share a commit), answered in order.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { ByteBudget } from '../budget.ts';
import { Connection } from './connection.ts';
import type { MllpDeps } from './deps.ts';

export interface MllpListener {
  /** The port in use. */
  readonly port: number;
  /** Stops accepting, lets what is in flight be answered (at most `graceMs`), closes. */
  stop(graceMs?: number): Promise<void>;
}

const MOST_CONNECTIONS = 1000;
/** Messages in memory at once, as a multiple of the largest one taken. */
const MESSAGES_AT_ONCE = 8;

export async function listenMllp(deps: MllpDeps): Promise<MllpListener> {
  const connections = new Set<Connection>();
  const budget = new ByteBudget(MESSAGES_AT_ONCE * deps.maxBytes);
  // Half-open: a sender that ends its side after the last message still gets its acknowledgements.
  const server = createServer({ allowHalfOpen: true, keepAlive: true, noDelay: true }, (socket: Socket) => {
    const connection = new Connection(socket, deps, budget);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(deps.port, deps.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => deps.log.failure('mllp.listener', error));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : deps.port,
    stop: (graceMs = 10_000) => stop(server, connections, graceMs),
  };
}

async function stop(server: Server, connections: ReadonlySet<Connection>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const cut = setTimeout(() => {
    for (const connection of connections) connection.cut('stopped');
  }, graceMs);
  for (const connection of connections) connection.finish();
  await closed;
  clearTimeout(cut);
}
