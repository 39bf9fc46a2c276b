/** The reading half of the contract over one connection: the read-only one, or the one of the open transaction. */
import type { Reader } from '../ledger.ts';
import { findBacklog } from './backlog.ts';
import { findContent } from './content.ts';
import { claimed, findDeliveries, findDelivery } from './delivery.ts';
import { findEnrolments } from './enrolment.ts';
import { findEvents } from './event.ts';
import { findMessage, newerOnSameThing } from './message.ts';
import { reconcile } from './reconciliation.ts';
import { findMessages } from './search.ts';
import type { Store } from './store.ts';
import { findTask, findTasks } from './task.ts';

/** `on` runs one reading and turns a failed store into the contract's error. */
export function reader(on: <T>(read: (store: Store) => T) => Promise<T>): Reader {
  return {
    message: (id) => on((store) => findMessage(store, id)),
    messages: (filter) => on((store) => findMessages(store, filter)),
    deliveries: (messageId) => on((store) => findDeliveries(store, messageId)),
    delivery: (id) =>
      on((store) => {
        const row = findDelivery(store, id);
        return row ? claimed(store, row) : null;
      }),
    events: (messageId) => on((store) => findEvents(store, messageId)),
    raw: (messageId) => on((store) => findContent(store, 'raw', messageId)),
    mapped: (messageId) => on((store) => findContent(store, 'mapped', messageId)),
    task: (id) => on((store) => findTask(store, id)),
    tasks: (filter) => on((store) => findTasks(store, filter)),
    enrolments: (filter) => on((store) => findEnrolments(store, filter)),
    newerOnSameThing: (messageId) => on((store) => newerOnSameThing(store, messageId)),
    reconciliation: () => on(reconcile),
    backlog: () => on(findBacklog),
  };
}
