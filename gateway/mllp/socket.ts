/** Taking leave of a peer, and waiting for one that reads slowly. */
import type { Socket } from 'node:net';

/** How long a peer has to read its last answer before the connection is reset. */
const LINGER_MS = 2000;

/** Ends our side. What the peer still sends is read and dropped: closed with bytes unread, a connection is reset, and the
 *  peer may lose the answers it has not read. */
export function leave(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  socket.resume();
  const linger = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(linger));
}

/** Settles when everything written has been taken by the peer's side, or the connection is gone. */
export function untilDrained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
