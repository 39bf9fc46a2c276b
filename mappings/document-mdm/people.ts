/** Who wrote the document and who stands for it. */
import type { CompositionAttester, Reference } from 'fhir/r4.js';
import { referTo } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import type { Message, Repetition, Segment } from '../hl7v2/message.ts';
import type { AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { practitionerRoleEntry } from '../hl7v2/segments/practitioner.ts';
import { sendingLaboratory } from '../lab-oru/performer.ts';

const RULE = 'mdm.document';

/** A required element of which the message says nothing. */
export const ABSENT = {
  extension: [
    {
      url: constant('http://hl7.org/fhir/StructureDefinition/data-absent-reason', RULE),
      valueCode: constant('unknown', RULE),
    },
  ],
};

export function professional(about: AboutPatient, repetition: Repetition): Draft<Reference> | undefined {
  const role = practitionerRoleEntry(about.bundle, repetition, `${RULE}.person`, about.reading, about.controlId);
  return role === undefined ? undefined : referTo(role, 'PractitionerRole', RULE);
}

/** TXA-9, the originator; else TXA-5, who did what the document tells; else the organisation that sends. */
export function authorsOf(about: AboutPatient, message: Message, txa: Segment): Draft<Reference>[] {
  for (const field of [9, 5]) {
    const people = txa.reps(field).flatMap((repetition) => professional(about, repetition) ?? []);
    if (people.length > 0) return people;
  }
  const sender = sendingLaboratory(about.bundle, message, about.reading);
  return [sender ?? ABSENT];
}

/** TXA-22: who authenticated the document, and when (PPN.15). */
export const attesters = (about: AboutPatient, txa: Segment): Draft<CompositionAttester>[] =>
  txa.reps(22).flatMap((repetition) => {
    const party = professional(about, repetition);
    const time = dateTimeOf(repetition.cell(15), `${RULE}.attested`, about.reading);
    if (party === undefined && time === undefined) return [];
    return [{ mode: constant('professional', `${RULE}.attested`), time, party }];
  });
