/** The patient and the stay a message is about, with what no field of theirs took. */
import { notes } from './notes.ts';
import type { Writing } from './partner.ts';
import { patientSegments } from './patient.ts';
import { restOf } from './rest.ts';
import type { SheetSegment } from './sheet.ts';
import { staySegments } from './stay.ts';
import type { Leaf } from '../../draft.ts';

export interface About {
  /** PID, PD1, the rest of the Bundle as NTE, NK1: to be asked for when all else is written. */
  readonly patient: () => readonly SheetSegment[];
  /** The same without NTE, for a message that has none there. */
  readonly person: readonly SheetSegment[];
  readonly stay: readonly SheetSegment[];
  /** What of the whole Bundle nothing has said so far. */
  readonly rest: () => readonly Leaf<string>[];
}

/** `also`: segments about a person the message has a place for; what they would say travels in words elsewhere. */
export function aboutPatient(writing: Writing, ...also: readonly ('PD1' | 'NK1')[]): About {
  const { entries } = writing;
  const [patient] = entries.of('Patient');
  const [encounter] = entries.of('Encounter');
  const person = patient === undefined ? [] : patientSegments(patient, writing, also);
  const stay = staySegments(encounter, writing);
  const rest = (): Leaf<string>[] => entries.all.flatMap((entry) => restOf(entry, entries));
  const isContact = ({ name }: SheetSegment): boolean => name === 'NK1';
  return {
    person,
    stay,
    rest,
    patient: () => [...person.filter((segment) => !isContact(segment)), ...notes(rest()), ...person.filter(isContact)],
  };
}
