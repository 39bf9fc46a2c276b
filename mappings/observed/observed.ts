/** What every OBX outside the laboratory says of itself, whatever its value. */
import type { CodeableConcept, Observation } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import type { ResourceDraft } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import type { Segment } from '../hl7v2/message.ts';
import type { AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { performers } from '../lab-oru/performer.ts';
import { statusOf } from '../lab-oru/status.ts';
import { loincOf } from './vital-sign.ts';

const RULE = 'obx.observation';

/** An OBX with the notes behind it. */
export interface Observed {
  readonly obx: Segment;
  readonly notes: readonly Segment[];
}

/** LOINC code of OBX-3, if it has one. */
export const loincOfObx = (about: AboutPatient, { obx }: Observed): string | undefined =>
  loincOf(codesOf(obx.rep(3), `${RULE}.code`, about.reading));

/** Moment and sub-id: what tells two values under one code apart. */
export const momentOf = ({ obx }: Observed): string => `${obx.at(14).text.trim()}|${obx.at(4).text.trim()}`;

export const VITAL_SIGNS: Draft<CodeableConcept> = {
  coding: [
    {
      system: constant(SYSTEM.observationCategory, RULE),
      code: constant('vital-signs', RULE),
      display: constant('Vital Signs', RULE),
    },
  ],
};

/** Status, patient, moment and who measured. */
export function common(about: AboutPatient, { obx }: Observed): ResourceDraft<Observation> {
  const producing = {
    bundle: about.bundle,
    reading: about.reading,
    addresses: new Map<string, string>(),
    laboratory: undefined,
    numbers: { within: about.controlId },
  };
  return {
    ...statusOf<Observation['status']>(obx.at(11), 'observation-status', '0085', `${RULE}.status`, about.reading),
    subject: about.patient,
    encounter: about.encounter,
    effectiveDateTime: dateTimeOf(obx.at(14), `${RULE}.effective`, about.reading),
    performer: performers(producing, obx),
  };
}
