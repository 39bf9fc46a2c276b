/** The reading half of the contract over one connection: the read-only one, or the one of the open transaction. */
import type { Reader } from '../ledger.ts';
import { findAlarms, findNotices } from './alarm.ts';
import { findBacklog, findLanes, findSourceBacklog } from './backlog.ts';
import { contentOfMessage } from './content.ts';
import { newestDisclosed } from './find-disclosed.ts';
import { claimed, findDeliveries, findDelivery } from './delivery.ts';
import { findDestinations } from './destination.ts';
import { findEnrolments } from './enrolment.ts';
import { findEvents } from './event.ts';
import { findMessage, newerOnSameThing } from './message.ts';
import { reconcile } from './reconciliation.ts';
import { findMessages } from './search.ts';
import type { Store } from './store.ts';
import { findTask, findTasks } from './task.ts';
import { findUnmapped } from './unmapped.ts';

/** Runs one piece of work on the connection; a failed store becomes the contract's error. */
export type On = <T>(use: (store: Store) => Promise<T>) => Promise<T>;

type Of<Name extends keyof Reader> = Parameters<Reader[Name]>[0];

/** A class, since one is made for every unit of work: thirty closures would cost more than some of its statements. */
export class SqlReader implements Reader {
  protected readonly on: On;

  constructor(on: On) {
    this.on = on;
  }

  message(id: string): ReturnType<Reader['message']> {
    return this.on((store) => findMessage(store, id));
  }

  messages(filter: Of<'messages'>): ReturnType<Reader['messages']> {
    return this.on((store) => findMessages(store, filter));
  }

  deliveries(messageId: string): ReturnType<Reader['deliveries']> {
    return this.on((store) => findDeliveries(store, messageId));
  }

  delivery(id: string): ReturnType<Reader['delivery']> {
    return this.on(async (store) => {
      const row = await findDelivery(store, id);
      return row ? ((await claimed(store, [row]))[0] ?? null) : null;
    });
  }

  events(messageId: string): ReturnType<Reader['events']> {
    return this.on((store) => findEvents(store, messageId));
  }

  raw(messageId: string): ReturnType<Reader['raw']> {
    return this.on((store) => contentOfMessage(store, 'raw', messageId));
  }

  mapped(messageId: string): ReturnType<Reader['mapped']> {
    return this.on((store) => contentOfMessage(store, 'mapped', messageId));
  }

  task(id: string): ReturnType<Reader['task']> {
    return this.on((store) => findTask(store, id));
  }

  tasks(filter: Of<'tasks'>): ReturnType<Reader['tasks']> {
    return this.on((store) => findTasks(store, filter));
  }

  enrolments(filter: Of<'enrolments'>): ReturnType<Reader['enrolments']> {
    return this.on((store) => findEnrolments(store, filter));
  }

  unmapped(filter: Of<'unmapped'>): ReturnType<Reader['unmapped']> {
    return this.on((store) => findUnmapped(store, filter));
  }

  disclosed(destinations: Of<'disclosed'>, name: string): ReturnType<Reader['disclosed']> {
    return this.on((store) => newestDisclosed(store, destinations, name));
  }

  newerOnSameThing(messageId: string): ReturnType<Reader['newerOnSameThing']> {
    return this.on((store) => newerOnSameThing(store, messageId));
  }

  reconciliation(): ReturnType<Reader['reconciliation']> {
    return this.on(reconcile);
  }

  backlog(): ReturnType<Reader['backlog']> {
    return this.on(findBacklog);
  }

  destinations(): ReturnType<Reader['destinations']> {
    return this.on(findDestinations);
  }

  lanes(): ReturnType<Reader['lanes']> {
    return this.on(findLanes);
  }

  sourceBacklog(): ReturnType<Reader['sourceBacklog']> {
    return this.on(findSourceBacklog);
  }

  alarms(): ReturnType<Reader['alarms']> {
    return this.on(findAlarms);
  }

  alarmNotices(limit: number): ReturnType<Reader['alarmNotices']> {
    return this.on((store) => findNotices(store, limit));
  }
}
