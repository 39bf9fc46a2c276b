/** Delivery on a real ledger against real partners, with everything ended after each test. */
import { createServer, type RequestListener } from 'node:http';
import { systemClock } from '../../gateway/clock.ts';
import type { Ledger, StoredDelivery } from '../../gateway/ledger/ledger.ts';
import { silentLog } from '../../gateway/log.ts';
import type { Destination } from '../../gateway/regions/region.ts';
import { startDelivery, type Delivery, type DeliveryDeps } from '../../workers/delivery/start.ts';
import { temporaryLedger } from './ledger.ts';
import { destination, listening, startPartners, type Partners } from './partners.ts';

let current: Ledger | null = null;
let ending: (() => Promise<unknown>)[] = [];

/** To be called once per file, at its top. */
export function setUpDelivering(): void {
  beforeEach(async () => {
    const temporary = await temporaryLedger();
    current = temporary.ledger;
    ending = [temporary.end];
  });
  afterEach(async () => {
    for (const end of ending.reverse()) await end();
  });
}

export function theLedger(): Ledger {
  if (current === null) throw new Error('setUpDelivering was not called');
  return current;
}

export const endWith = (end: () => Promise<unknown>): void => {
  ending.push(end);
};

export async function partners(port?: number): Promise<Partners> {
  const started = await startPartners(port);
  endWith(started.end);
  return started;
}

export function deliverWith(over: Partial<DeliveryDeps> & Pick<DeliveryDeps, 'region'>): Delivery {
  const delivery = startDelivery({
    ledger: theLedger(),
    secrets: () => undefined,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    ...over,
  });
  endWith(() => delivery.stop());
  return delivery;
}

export const deliverTo = (...destinations: readonly Destination[]): Delivery =>
  deliverWith({ region: { destinations: [...destinations] } });

export const ecdOf = (started: Partners, over: object = {}): Destination =>
  destination('ecd', `${started.base}/ecd/fhir`, over);

/** A receiver of our own, for what the sandbox does not do; its base address. */
export async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const port = await listening(server);
  endWith(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return `http://127.0.0.1:${port}/fhir`;
}

/** Nothing is open any more. */
export async function settled(): Promise<boolean> {
  const { pending, received } = await theLedger().reconciliation();
  return received > 0 && pending === 0;
}

/** The only delivery of a message. */
export async function one(messageId: string | undefined): Promise<StoredDelivery> {
  const [delivery] = await theLedger().deliveries(messageId ?? '');
  if (delivery === undefined) throw new Error('no delivery');
  return delivery;
}
