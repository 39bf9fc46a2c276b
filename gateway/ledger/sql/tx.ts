/** What a unit of work sees of the open transaction. It ends with the unit: used later, it throws. */
import type { UntranslatedCode } from '../../../mappings/mapping.ts';
import type {
  Alarm,
  AlarmNotice,
  Due,
  Enrolment,
  EventName,
  Finished,
  HostedTask,
  Instant,
  NewDelivery,
  NewMessage,
  PatientKeys,
  Tx,
} from '../ledger.ts';
import { clearAlarm, dropNotice, raiseAlarm } from './alarm.ts';
import { cancelLane, cancelOpenDeliveries } from './cancel.ts';
import { insertDelivery } from './delivery.ts';
import { enrolmentOfTask, enrolmentsOfPatient, insertEnrolment, updateEnrolment } from './enrolment.ts';
import { addEvent } from './event.ts';
import { heldFor, holdExpiredBefore } from './held.ts';
import { millis } from './instant.ts';
import { mergePatients } from './merge.ts';
import { holderOfKey, insertMessage, newestOnThing, seqOf, updateMessage } from './message.ts';
import { bsnOf, contradicts, findPatient, linkPatient } from './patient.ts';
import { SqlReader } from './reader.ts';
import { destroyContent, destroyFinished } from './retention.ts';
import { refreshStatus } from './status.ts';
import type { Store } from './store.ts';
import { saveTask } from './task.ts';
import { countUnmapped } from './unmapped.ts';

type Second<Name extends 'updateMessage' | 'updateEnrolment'> = Parameters<Tx[Name]>[1];

export class SqlTx extends SqlReader implements Tx {
  #over = false;
  readonly #due: Due[];

  constructor(store: Store, due: Due[]) {
    super((use) => (this.#over ? Promise.reject(new Error('this unit of work has ended')) : use(store)));
    this.#due = due;
  }

  end(): void {
    this.#over = true;
  }

  holderOfKey(source: string, key: string, since: Instant): ReturnType<Tx['holderOfKey']> {
    return this.on((s) => holderOfKey(s, source, key, since));
  }

  insertMessage(message: NewMessage): ReturnType<Tx['insertMessage']> {
    return this.on((s) => insertMessage(s, message));
  }

  updateMessage(id: string, change: Second<'updateMessage'>): ReturnType<Tx['updateMessage']> {
    return this.on((s) => updateMessage(s, id, change));
  }

  addEvent(id: string, event: EventName, at: Instant, detail?: string): ReturnType<Tx['addEvent']> {
    return this.on(async (s) => addEvent(s, { id, seq: await seqOf(s, id) }, event, millis(at), detail ?? null));
  }

  countUnmapped(source: string, codes: readonly UntranslatedCode[], at: Instant): ReturnType<Tx['countUnmapped']> {
    return this.on((s) => countUnmapped(s, source, codes, at));
  }

  destroyContent(messageId: string): ReturnType<Tx['destroyContent']> {
    return this.on((s) => destroyContent(s, messageId));
  }

  destroyFinished(status: Finished, before: Instant, limit: number): ReturnType<Tx['destroyFinished']> {
    return this.on((s) => destroyFinished(s, status, before, limit));
  }

  raiseAlarm(alarm: Alarm): ReturnType<Tx['raiseAlarm']> {
    return this.on((s) => raiseAlarm(s, alarm));
  }

  clearAlarm(kind: Alarm['kind'], subject: string, at: Instant): ReturnType<Tx['clearAlarm']> {
    return this.on((s) => clearAlarm(s, kind, subject, at));
  }

  dropNotice(notice: AlarmNotice): ReturnType<Tx['dropNotice']> {
    return this.on((s) => dropNotice(s, notice));
  }

  insertDelivery(delivery: NewDelivery): ReturnType<Tx['insertDelivery']> {
    return this.on(async (s) => {
      const head = await insertDelivery(s, delivery);
      // Behind another it goes when that one is done, by who sent it.
      if (head) this.#due.push({ destination: delivery.destination, delivery: delivery.id });
    });
  }

  cancelOpenDeliveries(messageId: string): ReturnType<Tx['cancelOpenDeliveries']> {
    return this.on(async (s) => {
      const cancelled = await cancelOpenDeliveries(s, messageId);
      for (const { id, destination } of cancelled) this.#due.push({ destination, delivery: id });
      return cancelled.map(({ id }) => id);
    });
  }

  cancelLane(destination: string, lane: string): ReturnType<Tx['cancelLane']> {
    return this.on((s) => cancelLane(s, destination, lane));
  }

  refreshStatus(messageId: string): ReturnType<Tx['refreshStatus']> {
    return this.on((s) => refreshStatus(s, messageId));
  }

  findPatient(keys: PatientKeys): ReturnType<Tx['findPatient']> {
    return this.on((s) => findPatient(s, keys));
  }

  linkPatient(patient: string | null, keys: PatientKeys): ReturnType<Tx['linkPatient']> {
    return this.on((s) => linkPatient(s, patient, keys));
  }

  newestOnThing(thing: string, flow: string): ReturnType<Tx['newestOnThing']> {
    return this.on((s) => newestOnThing(s, thing, flow));
  }

  hasBsn(patient: string): ReturnType<Tx['hasBsn']> {
    return this.on(async (s) => (await bsnOf(s, patient)) !== null);
  }

  mergePatients(surviving: string, retired: string): ReturnType<Tx['mergePatients']> {
    return this.on((s) => mergePatients(s, surviving, retired));
  }

  heldFor(patient: string): ReturnType<Tx['heldFor']> {
    return this.on((s) => heldFor(s, patient));
  }

  contradicts(messageId: string, patient: string): ReturnType<Tx['contradicts']> {
    return this.on((s) => contradicts(s, messageId, patient));
  }

  holdExpiredBefore(now: Instant, limit: number): ReturnType<Tx['holdExpiredBefore']> {
    return this.on((s) => holdExpiredBefore(s, now, limit));
  }

  insertEnrolment(enrolment: Enrolment): ReturnType<Tx['insertEnrolment']> {
    return this.on((s) => insertEnrolment(s, enrolment));
  }

  updateEnrolment(id: string, change: Second<'updateEnrolment'>): ReturnType<Tx['updateEnrolment']> {
    return this.on((s) => updateEnrolment(s, id, change));
  }

  enrolmentOfTask(task: string): ReturnType<Tx['enrolmentOfTask']> {
    return this.on((s) => enrolmentOfTask(s, task));
  }

  enrolmentsOfPatient(patient: string): ReturnType<Tx['enrolmentsOfPatient']> {
    return this.on((s) => enrolmentsOfPatient(s, patient));
  }

  saveTask(task: HostedTask, expected: number | null): ReturnType<Tx['saveTask']> {
    return this.on((s) => saveTask(s, task, expected));
  }
}
