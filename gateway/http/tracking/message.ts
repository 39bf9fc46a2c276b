/** A message as the tracking API tells it: every field of the contract, in its order, and no contents. */
import type {
  DeliveryStatus,
  EventName,
  LastError,
  LedgerEvent,
  Reader,
  Refused,
  StoredDelivery,
  StoredMessage,
} from '../../ledger/ledger.ts';
import type { Warning } from '../../../mappings/mapping.ts';

export interface ToldMessage {
  readonly id: string;
  readonly receivedAt: string;
  readonly source: string;
  readonly door: string;
  readonly type: string | null;
  readonly controlId: string | null;
  readonly flow: string | null;
  readonly status: string;
  readonly refusal?: Refused;
  readonly warnings: readonly Warning[];
  readonly mapping: { readonly id: string; readonly version: string } | null;
  readonly task: string | null;
  readonly deliveries: readonly ToldDelivery[];
  readonly events: readonly { readonly at: string; readonly event: EventName; readonly detail: string | null }[];
}

interface ToldDelivery {
  readonly id: string;
  readonly kind: string;
  readonly destination: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly lastError: LastError | null;
  readonly deliveredAt: string | null;
  readonly responseStatus: number | null;
}

/** Adds its deliveries and events to a stored message. `whole`: with the receiver's own words about a failure, which may
 *  quote the patient; the code of the failure is for everyone. */
export async function tell(ledger: Reader, message: StoredMessage, whole: boolean): Promise<ToldMessage> {
  const [deliveries, events] = await Promise.all([ledger.deliveries(message.id), ledger.events(message.id)]);
  return {
    id: message.id,
    receivedAt: message.receivedAt,
    source: message.source,
    door: message.door,
    type: message.type,
    controlId: message.controlId,
    flow: message.flow,
    status: message.status,
    ...(message.refusal === null ? {} : { refusal: message.refusal }),
    warnings: message.warnings,
    mapping: message.mapping,
    task: message.task,
    deliveries: deliveries.map((delivery) => toldDelivery(delivery, whole)),
    events: events.map(({ at, event, detail }: LedgerEvent) => ({ at, event, detail })),
  };
}

const toldDelivery = (delivery: StoredDelivery, whole: boolean): ToldDelivery => ({
  id: delivery.id,
  kind: delivery.kind,
  destination: delivery.destination,
  status: delivery.status,
  attempts: delivery.attempts,
  nextAttemptAt: delivery.nextAttemptAt,
  lastError:
    delivery.lastError === null || whole
      ? delivery.lastError
      : { ...delivery.lastError, text: 'the words of the receiver are shown to the operator' },
  deliveredAt: delivery.deliveredAt,
  responseStatus: delivery.responseStatus,
});
