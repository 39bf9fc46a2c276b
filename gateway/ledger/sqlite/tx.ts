/** What a unit of work sees of the open transaction. It ends with the unit: used later, it throws. */
import type { Tx } from '../ledger.ts';
import { cancelLane, cancelOpenDeliveries } from './cancel.ts';
import { destroyContent } from './content.ts';
import { insertDelivery } from './delivery.ts';
import { enrolmentOfTask, enrolmentsOfPatient, insertEnrolment, updateEnrolment } from './enrolment.ts';
import { addEvent } from './event.ts';
import { heldFor, holdExpiredBefore } from './held.ts';
import { millis } from './instant.ts';
import { existing, holderOfKey, insertMessage, updateMessage } from './message.ts';
import { contradicts, findPatient, linkPatient } from './patient.ts';
import { reader } from './reader.ts';
import { refreshStatus } from './status.ts';
import type { Store } from './store.ts';
import { saveTask } from './task.ts';

export function transaction(store: Store): { readonly tx: Tx; readonly end: () => void } {
  let over = false;
  const on = async <T>(use: (store: Store) => T): Promise<T> => {
    if (over) throw new Error('this unit of work has ended');
    return use(store);
  };
  const tx: Tx = {
    ...reader(on),
    holderOfKey: (source, key, since) => on((s) => holderOfKey(s, source, key, since)),
    insertMessage: (message) => on((s) => insertMessage(s, message)),
    updateMessage: (id, change) => on((s) => updateMessage(s, id, change)),
    addEvent: (id, event, at, detail) => on((s) => addEvent(s, existing(s, id).seq, event, millis(at), detail ?? null)),
    destroyContent: (messageId) => on((s) => destroyContent(s, messageId)),
    insertDelivery: (delivery) => on((s) => insertDelivery(s, delivery)),
    cancelOpenDeliveries: (messageId) => on((s) => cancelOpenDeliveries(s, messageId)),
    cancelLane: (destination, lane) => on((s) => cancelLane(s, destination, lane)),
    refreshStatus: (messageId) => on((s) => refreshStatus(s, messageId)),
    findPatient: (keys) => on((s) => findPatient(s, keys)),
    linkPatient: (patient, keys) => on((s) => linkPatient(s, patient, keys)),
    heldFor: (patient) => on((s) => heldFor(s, patient)),
    contradicts: (messageId, patient) => on((s) => contradicts(s, messageId, patient)),
    holdExpiredBefore: (now, limit) => on((s) => holdExpiredBefore(s, now, limit)),
    insertEnrolment: (enrolment) => on((s) => insertEnrolment(s, enrolment)),
    updateEnrolment: (id, change) => on((s) => updateEnrolment(s, id, change)),
    enrolmentOfTask: (task) => on((s) => enrolmentOfTask(s, task)),
    enrolmentsOfPatient: (patient) => on((s) => enrolmentsOfPatient(s, patient)),
    saveTask: (task, expected) => on((s) => saveTask(s, task, expected)),
  };
  return {
    tx,
    end: () => {
      over = true;
    },
  };
}
