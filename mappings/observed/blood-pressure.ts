/** A systolic and a diastolic pressure of one moment: one nl-core-BloodPressure. */
import type { Observation } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { constant } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { sameAs } from '../hl7v2/leaf.ts';
import { ownKey, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { markField } from '../lab-oru/fields.ts';
import { note } from '../lab-oru/notes.ts';
import { referenceRanges } from '../lab-oru/range.ts';
import { common, loincOfObx, momentOf, VITAL_SIGNS, type Observed } from './observed.ts';
import { BLOOD_PRESSURE, inMercury, isPressure, measured } from './vital-sign.ts';

const RULE = 'obx.observation';

/** Two pressures at one moment: which belong together is not told, so each stands alone. */
export function pairOf(one: Observed, all: readonly Observed[], about: AboutPatient): [Observed, Observed] | undefined {
  if (!isPressure(loincOfObx(about, one)) || !one.obx.at(14).filled) return undefined;
  const together = all.filter((other) => isPressure(loincOfObx(about, other)) && momentOf(other) === momentOf(one));
  const [first, second, ...more] = together;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const different = loincOfObx(about, first) !== loincOfObx(about, second);
  const plain = together.every(({ obx }) => inMercury(obx) && !obx.rep(8).filled && obx.rep(5).filled);
  return different && plain ? [first, second] : undefined;
}

export function pressureEntry(about: AboutPatient, pair: [Observed, Observed]): string {
  const [first, second] = pair;
  const id = ownKey(about, 'Observation', about.patientKey, `OBX blood pressure ${momentOf(first)}`);
  return about.bundle.add<Observation>('Observation', id, () => {
    const draft = {
      meta: { profile: [constant(BLOOD_PRESSURE, RULE)] },
      identifier: [identifierOf(id)],
      ...common(about, first),
      category: [VITAL_SIGNS],
      code: {
        coding: [
          {
            system: constant(SYSTEM.loinc, RULE),
            code: constant('85354-9', RULE),
            display: constant('Blood pressure panel with all children optional', RULE),
          },
        ],
      },
      note: note([...first.notes, ...second.notes], `${RULE}.note`),
      component: pair.map(({ obx }) => ({
        code: codeableConcept(obx.rep(3), `${RULE}.code`, about.reading),
        valueQuantity: measured(obx),
        referenceRange: referenceRanges(obx, undefined),
      })),
    };
    // Said of both halves in the same words: the second half's own status and moment are those of the first.
    for (const field of [11, 14]) {
      if (first.obx.rep(field).raw === second.obx.rep(field).raw)
        markField(second.obx, field, sameAs(first.obx.rep(field)));
    }
    const rest = [first, second].flatMap(({ obx, notes }) => [obx, ...notes]);
    return { ...draft, extension: carryRemainders(rest, 'obx.remainder') };
  });
}
