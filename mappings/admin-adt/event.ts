/** What an ADT event says of the stay (HL7 v2.5 §3.3), and of what it is about. */
import type { Encounter } from 'fhir/r4.js';
import type { Issue } from '../../profiles/issue.ts';
import type { Leaf } from '../draft.ts';
import { leafAt } from '../hl7v2/leaf.ts';
import type { Cell, Message } from '../hl7v2/message.ts';

/** `stay`: the event speaks of a stay. `person`: of a person only; its PV1 is there because the structure wants one. */
export type AboutWhat = 'stay' | 'person' | 'merge';

interface Event {
  readonly about: AboutWhat;
  readonly status?: Encounter['status'];
  /** The end of the stay is taken back: PV1-45, if it is sent at all, is the moment that no longer holds. */
  readonly reopens?: true;
  /** PV1 must be there: without it the event says nothing. */
  readonly needsStay?: true;
}

const EVENTS: Readonly<Record<string, Event>> = {
  A01: { about: 'stay', status: 'in-progress', needsStay: true },
  // A transfer, and one taken back: PV1-3 is where the patient is now (HL7 v2.5 §3.3.2, §3.3.12).
  A02: { about: 'stay', status: 'in-progress', needsStay: true },
  A03: { about: 'stay', status: 'finished', needsStay: true },
  A04: { about: 'stay', status: 'in-progress', needsStay: true },
  A08: { about: 'stay' },
  // An admission that was a mistake or was decided against has ended before it began (§3.3.11).
  A11: { about: 'stay', status: 'cancelled', needsStay: true },
  A12: { about: 'stay', status: 'in-progress', needsStay: true },
  A13: { about: 'stay', status: 'in-progress', reopens: true, needsStay: true },
  A31: { about: 'person' },
  A40: { about: 'merge' },
};

/** MSH-9.2; EVN-1 where the type of message alone was sent. */
export function eventCell(message: Message): Cell {
  const cell = message.header.at(9, 2);
  return cell.filled ? cell : (message.first('EVN')?.at(1) ?? cell);
}

export function eventOf(message: Message): Event | { readonly issue: Issue } {
  const cell = eventCell(message);
  const event = EVENTS[cell.text.trim()];
  if (event === undefined) {
    const text = 'This event is not carried; A01 to A04, A08, A11 to A13, A31 and A40 are.';
    return { issue: { severity: 'error', code: 'not-supported', expression: cell.path(), text, rule: 'no-event' } };
  }
  if (event.needsStay === true && message.first('PV1') === undefined) {
    const text = 'The event is about a stay, and PV1 is missing.';
    return { issue: { severity: 'error', code: 'required', expression: 'PV1', text, rule: 'required-segment' } };
  }
  return event;
}

export const statusOfEvent = (message: Message, event: Event): Leaf<Encounter['status']> | undefined =>
  event.status === undefined ? undefined : leafAt(eventCell(message), event.status, 'adt.status');
