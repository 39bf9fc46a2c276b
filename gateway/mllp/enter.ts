/**
 * A message that finds no room waits for it with its sender, for a while; what the sender has sent after it waits behind it.
 * Messages of one connection are taken side by side, so that they share a commit: one that was turned away is asked about
 * again only when the one before it is in, or it would overtake.
 */
import type { Arrival, Receive, Received } from '../intake/receive.ts';

export interface Waiting {
  readonly ms: number;
  /** Settles when the message before it is done: true when that one is in, or refused for good. */
  readonly before: Promise<boolean>;
  /** The connection is ending. */
  readonly over: () => boolean;
  /** Told when the waiting begins and when it ends: nothing is read from the peer meanwhile. */
  readonly told: (change: 1 | -1) => void;
}

/** Turned away for want of room: it may be asked about again. */
export const isTurnedAway = (received: Received): boolean => !received.ok && received.untilRoom !== undefined;

export async function enter(receive: Receive, arrival: Arrival, waiting: Waiting): Promise<Received> {
  const received = await receive(arrival);
  if (!isTurnedAway(received)) return received;
  waiting.told(1);
  try {
    return await again(receive, arrival, received, waiting);
  } finally {
    waiting.told(-1);
  }
}

async function again(receive: Receive, arrival: Arrival, first: Received, waiting: Waiting): Promise<Received> {
  const until = performance.now() + waiting.ms;
  if (!(await waiting.before)) return first;
  let received = first;
  while (!received.ok && received.untilRoom !== undefined) {
    const left = until - performance.now();
    if (left <= 0 || waiting.over() || !(await received.untilRoom(left)) || waiting.over()) break;
    received = await receive(arrival);
  }
  return received;
}
