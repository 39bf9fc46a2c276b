/** The patient and the stay a message is about, with what no field of theirs took. */
import type { Reference } from 'fhir/r4.js';
import { constant, type Leaf } from '../../draft.ts';
import { notes } from './notes.ts';
import { cx } from './numbers.ts';
import type { Writing } from './partner.ts';
import { patientSegments } from './patient.ts';
import { restOf } from './rest.ts';
import { rep, SheetSegment } from './sheet.ts';
import type { Spot } from './spot.ts';
import { staySegments } from './stay.ts';

const RULE = 'write.pid';

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
  const person = patient === undefined ? personByNumber(writing) : patientSegments(patient, writing, also);
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

/** Without a Patient the message is still about someone: whom `subject` or `patient` names by number. */
function personByNumber({ entries, partner }: Writing): SheetSegment[] {
  for (const entry of entries.all) {
    const about = entry as Spot<{ subject?: Reference; patient?: Reference }>;
    for (const reference of [about.at('subject'), about.at('patient')]) {
      if (reference.value?.identifier?.value === undefined) continue;
      const [number, name] = [cx(reference.at('identifier'), partner), reference.at('display').said(RULE)];
      return [new SheetSegment('PID', { 1: constant('1', RULE), 3: number, 5: rep(name) })];
    }
  }
  return [];
}
