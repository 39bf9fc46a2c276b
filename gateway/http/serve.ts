/** Listens for HTTP, with bounds on how slow a caller may be, and stops without dropping an answer. */
import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import type { Log } from '../log.ts';

export interface HttpListener {
  /** The port in use: the one asked for, or the free one taken for 0. */
  readonly port: number;
  /** Stops accepting, lets what is in flight be answered (at most `graceMs`), closes. */
  stop(graceMs?: number): Promise<void>;
}

export async function serveHttp(
  app: Express,
  { host, port, log }: { readonly host: string; readonly port: number; readonly log: Log },
): Promise<HttpListener> {
  const server = createServer(
    {
      // A caller that sends its headers or its body a byte at a time does not keep a connection for ever.
      headersTimeout: 15_000,
      requestTimeout: 120_000,
      keepAliveTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16 * 1024,
    },
    app,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A connection that cannot be taken (no file handles left) is the caller's loss, not everybody's.
  server.on('error', (error) => log.failure('http.listener', error));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: (graceMs = 10_000) => stop(server, graceMs),
  };
}

function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection kept alive after its last answer would hold the process until its own timeout.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
