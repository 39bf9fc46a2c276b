/** Delivers what the ledger holds: one loop per destination, so that one being down never slows another. */
import type { Clock } from '../../gateway/clock.ts';
import type { Claimed, Ledger, Settlement } from '../../gateway/ledger/ledger.ts';
import type { Log } from '../../gateway/log.ts';
import type { Destination, RegionFile } from '../../gateway/regions/region.ts';
import type { Tracing } from '../../gateway/tracing/tracing.ts';
import { fhirSender } from '../senders/fhir.ts';
import { mllpSender } from '../senders/mllp.ts';
import type { Sender } from '../senders/sender.ts';
import { inXml } from '../senders/xml.ts';
import { deliverTo, type Loop } from './destination.ts';
import { ALONE, keepLeases, type Leases } from './lease.ts';
import { isRepeatable } from './recover.ts';
import { keepTakingOver } from './take-over.ts';

export interface DeliveryMetrics {
  /** One attempt ended; `sinceCommitMs`: after the commit that put the delivery in line. */
  attempted(destination: string, outcome: Settlement['outcome'], durationMs: number, sinceCommitMs: number): void;
}

export interface DeliveryDeps {
  readonly ledger: Pick<Ledger, 'claim' | 'settle' | 'renew' | 'recover'>;
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
  /** Other processes deliver from the same ledger; absent: this one alone. */
  readonly shared?: Sharing | undefined;
  /** How long a stop waits for calls under way before it cuts them; 5 s unless told. */
  readonly drainMs?: number;
}

export interface Sharing {
  /** How long after its last heartbeat the work of a dead process is taken over. */
  readonly leaseMs: number;
}

export interface Delivery {
  /** Something may be due at this destination, or at any. */
  nudge(destination?: string): void;
  /** Takes nothing new, lets what is in flight end (bounded), then closes the connections. */
  stop(): Promise<void>;
}

const DRAIN_MS = 5_000;
/** Alone, only a clock that jumped makes looking again worth while. */
const LOOK_EVERY_MS = { alone: 15_000, shared: 1_000 };

function senderFor(destination: Destination, deps: DeliveryDeps): Sender {
  if (destination.protocol === 'mllp') return mllpSender(destination);
  const sender = fhirSender(destination, deps.secrets);
  return telling(destination.format === 'xml' ? inXml(sender) : sender, deps.delivered);
}

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

function loopFor(destination: Destination, deps: DeliveryDeps, leases: Leases): Loop {
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
    leases,
    lookEveryMs: deps.shared === undefined ? LOOK_EVERY_MS.alone : LOOK_EVERY_MS.shared,
    policy: destination.retry,
    repeatable: isRepeatable(destination),
    sender: senderFor(destination, deps),
    attempted: ({ outcome }, durationMs, sinceCommitMs) =>
      metrics?.attempted(destination.id, outcome, durationMs, sinceCommitMs),
  });
}

/** Alone, what was under way before must have been recovered; shared, it is looked for again and again. */
export function startDelivery(deps: DeliveryDeps): Delivery {
  const { shared } = deps;
  const leases = shared === undefined ? ALONE : keepLeases({ ...deps, leaseMs: shared.leaseMs });
  const loops = new Map(
    deps.region.destinations.map((destination) => [destination.id, loopFor(destination, deps, leases)]),
  );
  const nudgeAll = (): void => loops.forEach((loop) => loop.nudge());
  const endTakingOver =
    shared === undefined ? () => undefined : keepTakingOver({ ...deps, leaseMs: shared.leaseMs, taken: nudgeAll });
  return {
    nudge: (destination) => {
      if (destination === undefined) nudgeAll();
      else loops.get(destination)?.nudge();
    },
    stop: async () => {
      endTakingOver();
      await Promise.all([...loops.values()].map((loop) => loop.stop(deps.drainMs ?? DRAIN_MS)));
      leases.stop();
    },
  };
}
