/** Delivers what the ledger holds: one loop per destination, so that one being down never slows another. */
import type { Clock } from '../../gateway/clock.ts';
import type { Claimed, Ledger, Settlement } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';
import type { Destination, RegionFile } from '../../gateway/regions/region.ts';
import type { Tracing } from '../../gateway/tracing/tracing.ts';
import { fhirSender } from '../senders/fhir.ts';
import { mllpSender } from '../senders/mllp.ts';
import type { Sender } from '../senders/sender.ts';
import { deliverTo, type Loop } from './destination.ts';

export interface DeliveryMetrics {
  /** One attempt ended; `sinceCommitMs`: after the commit that put the delivery in line. */
  attempted(destination: string, outcome: Settlement['outcome'], durationMs: number, sinceCommitMs: number): void;
}

export interface DeliveryDeps {
  /** Only these: `recover` has been run by the caller, before anything new is claimed. */
  readonly ledger: Pick<Ledger, 'claim' | 'nextDue' | 'settle'>;
  readonly region: Pick<RegionFile, 'destinations'>;
  /** The value of an environment variable the region file names. */
  readonly secrets: (envName: string) => string | undefined;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly metrics?: DeliveryMetrics;
  readonly tracing?: Tracing | null;
  /** Told of every Bundle a FHIR destination took. */
  readonly delivered?: (delivery: Claimed) => void;
  /** How long a stop waits for calls under way before it cuts them; 5 s unless told. */
  readonly drainMs?: number;
}

export interface Delivery {
  /** Something may be due at this destination, or at any. */
  nudge(destination?: string): void;
  /** Takes nothing new, lets what is in flight end (bounded), then closes the connections. */
  stop(): Promise<void>;
}

const DRAIN_MS = 5_000;

const senderFor = (destination: Destination, deps: DeliveryDeps): Sender =>
  destination.protocol === 'fhir'
    ? telling(fhirSender(destination, deps.secrets), deps.delivered)
    : mllpSender(destination);

function telling(sender: Sender, delivered: DeliveryDeps['delivered']): Sender {
  if (delivered === undefined) return sender;
  return {
    ...sender,
    send: async (delivery, signal) => {
      const result = await sender.send(delivery, signal);
      if (result.kind === 'http' && result.status >= 200 && result.status < 300) delivered(delivery);
      return result;
    },
  };
}

function loopFor(destination: Destination, deps: DeliveryDeps): Loop {
  const { metrics } = deps;
  return deliverTo({
    ledger: deps.ledger,
    clock: deps.clock,
    random: deps.random,
    log: deps.log,
    tracing: deps.tracing,
    destination: destination.id,
    concurrency: destination.concurrency,
    ratePerSecond: destination.ratePerSecond,
    monotonic: () => performance.now(),
    policy: destination.retry,
    repeatable: destination.idempotency !== 'none',
    sender: senderFor(destination, deps),
    attempted: ({ outcome }, durationMs, sinceCommitMs) =>
      metrics?.attempted(destination.id, outcome, durationMs, sinceCommitMs),
  });
}

export function startDelivery(deps: DeliveryDeps): Delivery {
  const loops = new Map(deps.region.destinations.map((destination) => [destination.id, loopFor(destination, deps)]));
  return {
    nudge: (destination) => {
      if (destination === undefined) loops.forEach((loop) => loop.nudge());
      else loops.get(destination)?.nudge();
    },
    stop: async () => {
      await Promise.all([...loops.values()].map((loop) => loop.stop(deps.drainMs ?? DRAIN_MS)));
    },
  };
}
