/** Figures of the one door for Prometheus. Labels are doors, ids of the region and kinds of refusal, all of closed lists. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Receive, Received } from './receive.ts';

/** Counts and times what goes through `receive`. */
export function countReceived(registry: Registry, receive: Receive): Receive {
  const registers = [registry];
  const arrivals = new Counter({
    name: 'gateway_received_total',
    help: 'Messages that arrived: accepted, the same again (duplicate), refused by reason, or not stored.',
    labelNames: ['door', 'source', 'outcome', 'reason'],
    registers,
  });
  const seconds = new Histogram({
    name: 'gateway_door_to_commit_seconds',
    help: 'From the last byte of a message to its commit on disk.',
    labelNames: ['door'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  return async (arrival) => {
    const started = performance.now();
    const received = await receive(arrival);
    const { door } = arrival;
    arrivals.inc({ door, source: received.message?.source ?? '', ...outcomeOf(received) });
    if (received.message !== null) seconds.observe({ door }, (performance.now() - started) / 1000);
    return received;
  };
}

function outcomeOf(received: Received): { outcome: string; reason: string } {
  if (received.ok) return { outcome: received.duplicate ? 'duplicate' : 'accepted', reason: '' };
  return { outcome: received.message === null ? 'not-stored' : 'refused', reason: received.refusal.kind };
}
